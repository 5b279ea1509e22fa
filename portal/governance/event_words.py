"""What happened to a referral, in words for who reads it without knowing the portal: acts, who did them, and where it stood."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.referrals.states import STATES, State

VERBS: Mapping[str, LazyString] = {
    "create": _l("Began to write the referral"),
    "ask_consent": _l("Asked the person to agree"),
    "send": _l("Sent the referral"),
    "refuse": _l("Noted that the person said no"),
    "open": _l("Saw the referral for the first time"),
    "ask": _l("Asked a question about the referral"),
    "answer": _l("Answered a question about the referral"),
    "accept": _l("Said yes to the referral"),
    "wait": _l("Put the person on the waiting list"),
    "moved_in_list": _l("Changed the place on the waiting list"),
    "decline": _l("Said no to the referral"),
    "redirect": _l("Passed the referral on"),
    "followed": _l("Sent the referral to the service that took the place of the first"),
    "expire": _l("Ended the referral, since no answer came in time"),
    "reminded": _l("Reminded the group or team that an answer was due"),
    "chase": _l("Asked the group or team where its answer was"),
    "book": _l("Booked a visit"),
    "visit_confirmed": _l("Said that they would come to the visit"),
    "unbook": _l("Cancelled a visit or noted that it did not happen"),
    "visited": _l("Noted a visit"),
    "start_booked": _l("Noted that the support had started"),
    "start": _l("Noted that the support had started"),
    "still_going": _l("Said that the support goes on"),
    "not_start": _l("Noted that the support did not start"),
    "pause": _l("Put the support on hold"),
    "resume": _l("Noted that the support goes on after a pause"),
    "complete": _l("Noted how the support ended"),
    "end_early": _l("Noted that the support ended early"),
    "withdraw": _l("Ended the referral"),
    "asked_error": _l("Said that the referral was entered by mistake"),
    "no_error": _l("Said that the referral was no mistake"),
    "mark_error": _l("Agreed that the referral was entered by mistake"),
    "reopen": _l("Tried the referral again"),
    "correct": _l("Put right whether the person came"),
    "close": _l("Closed the referral as a whole"),
    "reassign": _l("Gave the referral to a colleague"),
    "wrote": _l("Wrote a message"),
    "file_erased": _l("Erased a harmful file"),
}
WHOS: Mapping[str, LazyString] = {
    "referrer": _l("Who asked for the support"),
    "link-worker": _l("The link worker team that holds the record"),
    "provider": _l("The group or team that was asked"),
    "lead": _l("The lead of the group or team that was asked"),
    "person": _l("The person, or who asked for them"),
    "system": _l("This site, by itself"),
    "governance": _l("Who sees that records are rightly kept"),
}
CHANNELS: Mapping[str, LazyString] = {
    "web": _l("On this site"),
    "e-mail-link": _l("By the link of an e-mail"),
    "api": _l("From another system"),
    "import": _l("From another system"),
    "system": _l("By this site itself"),
}
STATUSES: Mapping[str, LazyString] = {
    "draft": STATES[State.DRAFT].label,
    "active": _l("Goes on"),
    "completed": STATES[State.COMPLETED].label,
    "revoked": STATES[State.WITHDRAWN].label,
    "entered-in-error": STATES[State.ENTERED_IN_ERROR].label,
}
"""Of a referral as a whole. Source: FHIR ServiceRequest."""
STATE_WORDS: Mapping[str, LazyString] = {
    **STATUSES,
    **{state.value: told.label for state, told in STATES.items()},
    State.INFO_REQUESTED.value: STATES[State.INFO_REQUESTED].label_person or STATES[State.INFO_REQUESTED].label,
}
"""As the referrer reads it, but for the question, which is not one for who reads this."""
