"""Tables as CSV for spreadsheets: every cell between quotation marks, none run as a formula, and their encoding marked.

Source: RFC 4180; the mark is what spreadsheets know UTF-8 by. Some of them part cells at semicolons and tabs too, hence the
quotation marks.
"""

import csv
import io
from collections.abc import Iterable

from flask import Response

from portal.core.formulas import disarmed

MARK = "\ufeff"


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows as the text of a file. A cell of None is empty; numbers are written bare of any mark of thousands."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    lines.writerows([disarmed("" if cell is None else str(cell)) for cell in row] for row in rows)
    return MARK + text.getvalue()


def csv_answer(name: str, rows: Iterable[Iterable[object]]) -> Response:
    """Rows as a file that is downloaded. `name`: of the file without its ending; letters, figures and hyphens alone."""
    headers = {"Content-Disposition": f"attachment; filename={name}.csv"}
    return Response(csv_text(rows), mimetype="text/csv", headers=headers)
