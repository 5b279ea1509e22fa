"""Where a file is had: an address of its own, by an id that tells nothing, always as a download."""

from collections.abc import Mapping
from io import BytesIO
from uuid import UUID

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from portal.attachments.kinds import KINDS
from portal.attachments.queries import content_of, file_for, standing
from portal.core.access import signed_in
from portal.core.metrics import FIGURES
from portal.core.viewer import viewer

bp = Blueprint("attachments", __name__)

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""For a browser that shows it all the same."""


def _figures() -> Mapping[str, tuple[str, float]]:
    stand = standing()
    return {
        "portal_attachments_waiting": ("Files that wait for the scanner.", stand.waiting),
        "portal_attachments_infected": ("Files that were found harmful and erased.", stand.infected),
        "portal_attachments_oldest_seconds": (
            "How long the oldest waits for the scanner.",
            stand.oldest_wait.total_seconds(),
        ),
    }


FIGURES.append(_figures)


@bp.get("/files/<uuid:attachment_id>")
@signed_in()
def download(attachment_id: UUID) -> ResponseReturnValue:
    """The file, for who may read its message now. Never shown by the browser, kept by nobody on the way."""
    file = file_for(viewer(), attachment_id)
    response = send_file(
        BytesIO(content_of(file)), mimetype=KINDS[file.kind].type, as_attachment=True, download_name=file.name,
        conditional=False, etag=False,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
