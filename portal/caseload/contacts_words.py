"""Contacts with a person, in words: how, with what outcome, and how long. A try is told apart from a contact."""

from collections.abc import Mapping

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people.items import CONTACT_MODES
from portal.people.models import PersonContact

OUTCOMES: Mapping[str, LazyString] = {
    "reached": _l("We were in touch"),
    "no-answer": _l("No answer"),
    "message-left": _l("Message left"),
    "not-there": _l("They did not come, or were not there"),
}
REACHED: Mapping[str, LazyString] = {
    "phone": _l("Phone contact"),
    "text": _l("Contact by text"),
    "e-mail": _l("Contact by e-mail"),
    "letter": _l("Contact by letter"),
    "visit": _l("Met face to face"),
    "video": _l("Contact by video call"),
    "other": _l("Contact"),
}


def title_of(contact: PersonContact) -> str:
    """ "Phone contact, 20 minutes", or "Tried by phone: no answer"."""
    if contact.outcome != "reached":
        return _("Tried: %(mode)s. %(outcome)s", mode=CONTACT_MODES[contact.mode], outcome=OUTCOMES[contact.outcome])
    if not contact.minutes:
        return str(REACHED[contact.mode])
    return str(
        ngettext("%(how)s, %(num)s minute", "%(how)s, %(num)s minutes", contact.minutes, how=REACHED[contact.mode])
    )
