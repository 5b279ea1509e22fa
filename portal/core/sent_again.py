"""What was typed into a form that could not be taken stands on the page that says so, to be sent again as it was.

Files, passwords and codes never do. The token against forged requests is the one that came, so that what another site sent is
refused again.
"""

import re

from flask import request
from werkzeug.exceptions import HTTPException

SECRET = re.compile(r"password|credential|secret|setup|token|(?:^|-)code$", re.IGNORECASE)
"""Names of fields whose content is neither shown again nor kept."""
CSRF = "csrf_token"
LARGEST = 200_000
"""Letters of one form; what is longer is not repeated."""


def is_secret(name: str) -> bool:
    """Whether what was typed into a field of this name is for nobody to see again."""
    return bool(SECRET.search(name))


def fields() -> list[tuple[str, str]]:
    """Names and values of what the request in hand has typed. Empty where it is too long, or a file would be missing."""
    try:
        sent = [(name, value) for name, value in request.form.items(multi=True) if name == CSRF or not is_secret(name)]
        has_file = any(file.filename for file in request.files.values())
    except HTTPException:  # it is itself what could not be read
        return []
    return [] if has_file or sum(len(value) for _name, value in sent) > LARGEST else sent
