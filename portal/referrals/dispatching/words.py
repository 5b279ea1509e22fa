"""What is said of a document on its way, and of what came back."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.referrals.dispatching.models import DocumentDispatch

STATES: Mapping[str, LazyString] = {
    "queued": _l("Waits to be sent"),
    "sent": _l("Sent, not acknowledged yet"),
    "acknowledged": _l("Received by the practice"),
    "refused": _l("Not sent"),
    "failed": _l("Not received, as far as we know"),
    "withdrawn": _l("Taken back"),
}
REASONS: Mapping[str, LazyString] = {
    "no-practice": _l("No practice of this person is known here."),
    "no-consent": _l("The person has not agreed that the practice hears how it ended."),
    "consent-ended": _l("The person no longer agrees to it."),
    "died": _l("A death was recorded."),
    "mistake": _l("It was entered by mistake after it had gone. Ring the practice."),
    "no-address": _l("The practice has no e-mail address here."),
    "not-secure": _l("The e-mail address of the practice is not in a secure domain."),
    "no-mail-server": _l("No mail server is set up."),
    "no-ods-code": _l("The practice has no ODS code here."),
    "no-mailbox": _l("No mailbox of the practice takes these documents."),
    "several-mailboxes": _l("The practice has several mailboxes, and nothing says which."),
    "patient-not-known": _l("It needs NHS number, birth date and surname of the person."),
    "no-answer": _l("The practice did not acknowledge it in time."),
    "too-long": _l("It could not be sent for two days."),
    "returned": _l("The e-mail came back."),
    "not-returned": _l("Sent by e-mail, and it did not come back."),
    "other-practice": _l("Another practice received it. Ring both."),
    "wrong-patient": _l("The practice says that it is not their patient."),
}
"""Of our own codes. What else came back is shown as the code that it is."""
SILENT = frozenset({"mesh-acknowledged", "folder-acknowledged", "folder-failed"})
"""Say no more than the state does."""
TO_SEE_TO = frozenset({"mistake", "other-practice"})
"""Reasons for which somebody has to act, wherever the document stands."""


def state_of(dispatch: DocumentDispatch) -> str:
    """Where it stands, in words."""
    return str(STATES[dispatch.state])


def reason_of(dispatch: DocumentDispatch) -> str | None:
    """Why, in a sentence, where there is more to say than the state."""
    code = dispatch.reason
    if not code or code in SILENT:
        return None
    return str(REASONS[code]) if code in REASONS else _("What came back: %(code)s", code=code)
