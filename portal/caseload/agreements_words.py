"""What link workers read out before somebody agrees, by version. Old versions stay, for agreements that were given in them.

A change of words is a new row here and a new `WORDING` in `portal.people.consents`.
"""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l

WORDS: Mapping[str, LazyString] = {
    "2026-11": _l(
        "“I would like to tell %(group)s what we have ticked, so that they can get in touch with you and help. They may use"
        " it for that alone. Your NHS number is never shown to a group. You can change your mind at any time, and then they"
        " see nothing any more. It does not change the care that you get.”"
    ),
}
"""%(group)s is the organisation."""


def words_of(version: str, group: str | None = None) -> str:
    """What was, or is to be, read out. Nothing for a version of another page, such as that for people who refer themselves."""
    told = WORDS.get(version)
    return str(told) % {"group": group or _("our team")} if told is not None else ""
