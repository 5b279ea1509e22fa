"""The refusal of what somebody else was quicker to change. What cannot be is `portal.core.errors.Refused`, at its field."""

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _


class Overtaken(DomainError):
    """Somebody else changed the row since the page was shown; nothing was changed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Someone changed this while you were writing. Nothing was saved yet."))
