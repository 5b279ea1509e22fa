"""Rows with a version: two who change one at once are told, and neither writes over the other."""

from typing import Any

from portal.core.errors import Overtaken
from portal.core.extensions import db
from portal.core.i18n import gettext as _


def hold_version(row: Any, version: int) -> None:
    """Hold a row until this transaction ends. Raises Overtaken where it was changed since the page showed `version` of it."""
    db.session.refresh(row, ["version"], with_for_update=True)
    if row.version != version:
        raise Overtaken(_("Someone else changed this while you were writing"), version=row.version)
