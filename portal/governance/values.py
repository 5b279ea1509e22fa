"""What codes of a record are in plain words, by where they stand: a table and its column, or a document within it and its key.

A code that has no row here is shown as it is; tests walk every set of codes that the tables allow. What other features say of
the same codes is taken from them where it may be imported.
"""

from collections.abc import Callable, Mapping

from flask_babel import format_decimal
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.attachments.kinds import KINDS
from portal.codes import phones, queries
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.references import shown
from portal.directory.filters import BY_NAME
from portal.directory.languages import name_of
from portal.directory.needs import NEEDS
from portal.directory.urgent import HEADINGS
from portal.geography.models import NeighbourhoodSet
from portal.geography.queries import area_name
from portal.governance.event_words import CHANNELS, STATE_WORDS, STATUSES, VERBS, WHOS
from portal.measures import safety
from portal.measures import words as measures
from portal.people.consents import GIVEN_BY, HOWS, SCOPES
from portal.people.items import AGE_GROUPS, CONTACT_MODES, FORMATS, WAYS
from portal.referrals.dispatching import words as dispatching
from portal.referrals.documents import RESULTS
from portal.referrals.reasons import REASONS
from portal.teams.kinds import KINDS as KINDS_IN_TEAMS

Words = Mapping[str, LazyString | str]
Said = Words | Callable[[str], str]

YES_NO: Words = {"yes": _l("Yes"), "no": _l("No")}
SEXES: Words = {"female": _l("Female"), "male": _l("Male"), "other": _l("Described another way")}
SIDES: Words = {"referrer": _l("Who asked for the support"), "group": _l("The group or team that was asked")}
REASON_WORDS: Words = {code: one.label for code, one in REASONS.items()}
AGREED_AT_SENDING: Words = {
    **HOWS,
    "parent": GIVEN_BY["parent"],
    "attorney": GIVEN_BY["attorney"],
    "worker": GIVEN_BY["worker"],
    "before": _l("As it was agreed before"),
    "ask": _l("To be asked by a link"),
}
VISITS: Words = {
    "booked": _l("Booked"),
    "attended": _l("The person came"),
    "late": _l("The person came late"),
    "did-not-attend": _l("The person did not come"),
    "cancelled-by-person": _l("Called off by the person"),
    "cancelled-by-provider": _l("Called off by the group"),
}
NO_NUMBER: Words = {
    "not-asked": _l("Not asked yet"),
    "not-known": _l("They do not know it"),
    "not-registered": _l("Not registered with a practice"),
    "prefers-not": _l("They would rather not say"),
}
DISPATCH_REASONS: Words = {
    **dispatching.REASONS,
    "mesh-acknowledged": _l("The mailbox of the practice took it"),
    "folder-acknowledged": _l("The practice took it"),
    "folder-failed": _l("The practice did not take it"),
}
WHY_NO_MEASURE: Words = {**measures.WHY_NONE_OF_GROUPS, **measures.WHY_NONE}
ACTORS: Words = {
    "user": _l("Somebody whose account is closed"),
    "person": _l("The person, or who asked for them"),
    "job": _l("This site, by itself"),
    "operator": _l("Who runs this site"),
}
"""Who acted, by the kind that the audit chain names, where there is no name."""
NOBODY = _l("Nobody who is known")
COMPLETED_BY: Words = {
    "together": _l("The person and a worker together"),
    "person": _l("The person alone"),
    "worker": _l("A worker, from what the person told them"),
}


def _of_list(name: str) -> Callable[[str], str]:
    return lambda code: queries.label(name, code) or code


def _why_no_number(code: str) -> str:
    return str(NO_NUMBER.get(code) or queries.label("nhs-number-unavailable-reason", code) or code)


def _getting_in(code: str) -> str:
    return BY_NAME["access"].label_of(code) if code in BY_NAME["access"].ids else code


def _area(told: str) -> str:
    """The name of a set of neighbourhoods or of a council."""
    named = select(NeighbourhoodSet.name).where(NeighbourhoodSet.slug == told)
    return db.session.scalar(named) or area_name(told) or told.replace("-", " ").capitalize()


def _size(size: str) -> str:
    return _("%(size)s KB", size=format_decimal(-(-int(size) // 1024)))


VALUES: Mapping[tuple[str, str], Said] = {
    ("person", "age_group"): AGE_GROUPS,
    ("person", "locale"): name_of,
    ("person", "reference"): shown,
    ("person", "nhs_number_status"): {
        "number-present-but-not-traced": _l("As it was told; not checked against the NHS’s own register")
    },
    ("person", "no_nhs_number_reason"): _why_no_number,
    ("person", "neighbourhood_code"): lambda code: area_name(code) or code,
    ("person", "needs"): {one.id: one.label for one in NEEDS.values()},
    ("person", "retention_class"): {
        "not-accepted": _l("A referral that nobody took up"),
        "child": _l("The record of a child or young person"),
        "mental-health": _l("A record of help after a crisis"),
        "adult": _l("The record of an adult"),
        "group": _l("A record that a group alone holds"),
    },
    ("contact", "ways"): WAYS,
    ("contact", "phone"): phones.shown,
    ("contact", "textphone"): phones.shown,
    ("access", "language"): name_of,
    ("access", "formats"): FORMATS,
    ("access", "getting_in"): _getting_in,
    ("details", "gender"): SEXES,
    ("details", "sex_at_birth"): SEXES,
    ("details", "ethnic_category"): _of_list("ethnic-category"),
    ("details", "carer_status"): YES_NO,
    ("details", "lives_alone"): YES_NO,
    ("details", "veteran"): YES_NO,
    ("details", "housing"): _of_list("housing"),
    ("details", "lone_visit"): {
        "alone": _l("Fine to visit alone"),
        "not-alone": _l("Do not visit alone"),
        "not-at-home": _l("Do not visit at home"),
    },
    ("related", "relationship"): {"carer": _l("Cares for the person"), "worker": _l("Works with the person")},
    ("related", "phone"): phones.shown,
    ("consent", "status"): {
        "active": _l("Agreed"),
        "withdrawn": _l("Agreed, and ended since"),
        "refused": _l("Said no"),
        "expired": _l("Agreed, and the time is over"),
        "replaced": _l("Agreed, and replaced by a later agreement"),
    },
    ("consent", "scopes"): SCOPES,
    ("consent", "how"): HOWS,
    ("consent", "given_by"): GIVEN_BY,
    ("consent", "lawful_basis"): {
        "6-1-e-and-9-2-h": _l("A task in the public interest, and care: UK GDPR, articles 6(1)(e) and 9(2)(h)")
    },
    ("consent", "ended_by"): {
        "user": _l("Somebody who works with the record"),
        "person": _l("The person"),
        "system": _l("This site, by itself"),
        "job": _l("This site, by itself"),
        "operator": _l("Who runs this site"),
    },
    ("consent", "ended_how"): {
        **HOWS,
        "system": _l("A later agreement took its place"),
        "time": _l("Its time was over"),
        "erasure": _l("The record was erased"),
    },
    ("goal", "result"): RESULTS,
    ("person_contact", "mode"): CONTACT_MODES,
    ("person_contact", "outcome"): {
        "reached": _l("We were in touch"),
        "no-answer": _l("No answer"),
        "message-left": _l("Message left"),
        "not-there": _l("They did not come, or were not there"),
    },
    ("person_flag", "area"): _area,
    ("referral", "reference"): shown,
    ("referral", "route"): {
        "clinician": _l("By a practice"),
        "link-worker": _l("By a link worker"),
        "self": _l("By the person themselves"),
        "for-somebody": _l("By somebody else, for the person"),
        "on-behalf": _l("By somebody who acts for the person"),
    },
    ("referral", "method"): {"online": _l("On this site")},
    ("referral", "status"): STATUSES,
    ("referral", "needs"): {one.id: one.label for one in NEEDS.values()},
    ("referral", "priority"): {"routine": _l("In the usual time")},
    ("referral", "locale"): name_of,
    ("referral", "closed_reason"): REASON_WORDS,
    ("safety_prompt", "kinds"): HEADINGS,
    ("safety_prompt", "choice"): {
        "sent": _l("It was sent all the same"),
        "changed": _l("What was written was changed"),
    },
    ("agreement", "how"): AGREED_AT_SENDING,
    ("agreement", "scopes"): SCOPES,
    ("introduction", "reference"): shown,
    ("introduction", "kind"): {"link-work": _l("A link worker"), "service": _l("A service of a group")},
    ("introduction", "state"): STATE_WORDS,
    ("introduction", "reason_code"): REASON_WORDS,
    ("introduction", "ended_by"): WHOS,
    ("report", "result"): RESULTS,
    ("report", "goals"): RESULTS,
    ("report", "why_no_measure"): WHY_NO_MEASURE,
    ("introduction_event", "verb"): VERBS,
    ("introduction_event", "from_state"): STATE_WORDS,
    ("introduction_event", "to_state"): STATE_WORDS,
    ("introduction_event", "who"): WHOS,
    ("introduction_event", "channel"): CHANNELS,
    ("introduction_event", "reason_code"): REASON_WORDS,
    ("happened", "status"): VISITS,
    ("happened", "old"): VISITS,
    ("happened", "new"): VISITS,
    ("introduction_link", "purpose"): {
        "answer": _l("To answer the referral"),
        "attendance": _l("To say whether the person came"),
        "ending": _l("To say how it ended"),
        "agree": _l("To say whether the person agrees"),
        "status": _l("To see how it stands"),
    },
    ("appointment", "mode"): CONTACT_MODES,
    ("appointment", "status"): VISITS,
    ("referral_message", "side"): SIDES,
    ("referral_message", "kind"): {
        "question": _l("Question"),
        "answer": _l("Answer"),
        "message": _l("Message"),
    },
    ("referral_attachment", "side"): SIDES,
    ("referral_attachment", "kind"): {name: kind.label for name, kind in KINDS.items()},
    ("referral_attachment", "size"): _size,
    ("referral_attachment", "state"): {
        "waiting": _l("Waits to be looked through for harm"),
        "clean": _l("Looked through: nothing harmful found"),
        "unscanned": _l("Not looked through for harm"),
        "infected": _l("Harmful, so nothing of it was kept"),
    },
    ("document_dispatch", "kind"): {"message-back": _l("How the support ended")},
    ("document_dispatch", "state"): dispatching.STATES,
    ("document_dispatch", "reason"): DISPATCH_REASONS,
    ("document_dispatch", "transport"): {
        "e-mail": _l("E-mail"),
        "folder": _l("A folder that the practice’s system reads"),
        "mesh": _l("MESH, the mailboxes of the NHS"),
    },
    ("content", "locale"): name_of,
    ("safety_concern", "reference"): shown,
    ("safety_concern", "codes"): _of_list("safeguarding-concern"),
    ("kept_answers", "purpose"): {"refer": _l("To ask for a service"), "link-worker": _l("To ask for a link worker")},
    ("answers", "who"): {
        "me": _l("For themselves"),
        "carer": _l("For someone they care for"),
        "work": _l("For someone they work with"),
    },
    ("answers", "instead_of"): shown,
    ("answers", "wait"): YES_NO,
    ("answers", "age_group"): AGE_GROUPS,
    ("answers", "needs"): {one.id: one.label for one in NEEDS.values()},
    ("answers", "ways"): WAYS,
    ("answers", "voicemail"): YES_NO,
    ("answers", "language"): name_of,
    ("answers", "formats"): FORMATS,
    ("answers", "agreed"): {**AGREED_AT_SENDING, **YES_NO},
    ("answers", "danger"): HEADINGS,
    ("measure_result", "instrument"): measures.TITLES,
    ("measure_result", "licence"): measures.STATUSES,
    ("measure_result", "language"): name_of,
    ("measure_result", "point"): measures.POINTS,
    ("measure_result", "why_none"): WHY_NO_MEASURE,
    ("measure_result", "completed_by"): COMPLETED_BY,
    ("safety", "kinds"): HEADINGS,
    ("safety", "done"): safety.DONE,
    ("huddle_case", "closed_as"): {
        "settled": _l("What was to be done was done"),
        "passed-on": _l("Somebody else looked after it"),
        "asked": _l("The person asked for it"),
        "mistake": _l("They were on the board by mistake"),
        "died": _l("The person died"),
        "other": _l("Another reason"),
    },
    ("huddle_action", "ended_as"): {"done": _l("Done"), "dropped": _l("Needed no more")},
    ("huddle_action", "owner_kind"): KINDS_IN_TEAMS,
    ("stood", "owner_kind"): KINDS_IN_TEAMS,
    ("huddle_gap", "decision"): {"cleared": _l("May be shown"), "kept-in": _l("Shown to nobody beyond the team")},
    ("space_wish", "locale"): name_of,
    ("audit", "scopes"): SCOPES,
    ("audit", "how"): HOWS,
    ("audit", "mode"): CONTACT_MODES,
}
"""By (table, column), or by (document, key) of what stands within one."""
SAME_AS: Mapping[str, str] = {"told": "answers"}
"""Documents whose keys are those of another: what was typed on the pages is kept, and goes with the referral."""


def words_of(where: str, name: str, code: str) -> str:
    """What a code is in words; the code where it has none, since what was typed may stand there too."""
    said = VALUES.get((SAME_AS.get(where, where), name))
    if said is None:
        return code
    return said(code) if callable(said) else str(said.get(code, code))
