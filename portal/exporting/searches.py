"""The results of a search as one table, for staff who work with lists: mail merges, phone rounds, plans.

The rows are those of the export that everybody may have (`sheet`), so that nothing withheld leaves by this door either.
"""

import csv
import io
from collections.abc import Sequence
from uuid import UUID

from flask_babel import force_locale

from portal.core import audit, throttle
from portal.core.viewer import Viewer
from portal.exporting import sheet
from portal.openreferral.documents import service_documents

BATCH = 500
MOST_AN_HOUR = 60
"""Downloads by one person."""


def search_sheet(ids: Sequence[UUID], *, by: Viewer, key: str) -> bytes:
    """A table of these services in their order, with the mark of its encoding. `key`: who counts as asking.

    It is noted how many left, before any does; never what was searched for. Raises TooManyRequests.
    """
    throttle.hit("export.search", key, limit=MOST_AN_HOUR, seconds=3600)
    audit.record_now("listings.downloaded", by=by, details={"format": "csv", "services": len(ids)})
    text = io.StringIO(newline="")
    lines = csv.writer(text, quoting=csv.QUOTE_ALL)
    with force_locale("en"):
        lines.writerow(sheet.HEADER)
        for first in range(0, len(ids), BATCH):
            for listing, document in service_documents(ids[first : first + BATCH]):
                lines.writerow(sheet.cells_of(listing, document))
    return text.getvalue().encode("utf-8-sig")
