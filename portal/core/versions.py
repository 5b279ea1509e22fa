"""Rows with a version: of two who change one at once the second is told, and neither writes over the other."""

from typing import Any

from portal.core.errors import Overtaken
from portal.core.extensions import db
from portal.core.i18n import gettext as _


def hold_version(row: Any, version: int) -> None:
    """Hold a row until this transaction ends. Raises Overtaken where it was changed since the page showed `version` of it.

    Then the row is read anew when it is next looked at, so that what stands can be shown.
    """
    db.session.refresh(row, ["version"], with_for_update=True)
    if (standing := row.version) != version:
        db.session.expire(row)
        raise overtaken(standing)


def overtaken(version: int) -> Overtaken:
    """The refusal of what somebody else was quicker to change. `version`: of the row that stands now."""
    return Overtaken(_("Someone else changed this while you were writing"), version=version)
