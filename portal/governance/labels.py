"""What an export calls tables and columns. What has no word of its own is called as its column is, without underscores."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

TITLES: Mapping[str, LazyString] = {
    "person": _l("About the person"),
    "consent": _l("What was agreed to, and with whom"),
    "goal": _l("Goals"),
    "person_contact": _l("Contacts, and tries of one"),
    "person_flag": _l("Words to a team coordinator"),
    "referral": _l("Referrals"),
    "introduction": _l("What each organisation was asked, and how it went"),
    "introduction_event": _l("What happened, step by step"),
    "appointment": _l("Visits"),
    "referral_message": _l("Messages between organisations"),
    "referral_attachment": _l("Files that came with messages"),
    "introduction_link": _l("Links that were sent"),
    "document_dispatch": _l("Documents for practices"),
    "safety_concern": _l("Worries about safety"),
    "kept_answers": _l("Unfinished answers"),
    "space_wish": _l("Wants to hear when there is space"),
    "measure_result": _l("Questionnaires"),
    "record_note": _l("Corrections that were asked for"),
    "broken_glass": _l("Opened from outside the team, with a reason"),
    "audit_entry": _l("Who opened or changed the record"),
}
LABELS: Mapping[str, LazyString] = {
    "given_name": _l("First name"),
    "family_name": _l("Surname"),
    "preferred_name": _l("Likes to be called"),
    "birth_date": _l("Date of birth"),
    "nhs_number": _l("NHS number"),
    "postcode": _l("Postcode"),
    "contact": _l("How to get in touch"),
    "access": _l("Language and access"),
    "details": _l("More about them"),
    "needs": _l("What would help"),
    "what_matters": _l("What matters to them"),
    "words": _l("Words"),
    "file": _l("The file"),
    "reason": _l("Reason"),
    "organization_id": _l("Organisation"),
    "recorded_for_id": _l("Recorded for"),
    "raised_for_id": _l("Raised for"),
    "service_id": _l("Service"),
    "by_user_id": _l("By"),
    "worker_id": _l("Worker"),
    "at": _l("When"),
    "created_at": _l("Made"),
    "changed_at": _l("Changed"),
    "note": _l("Note"),
    "scopes": _l("What may be shared"),
    "reference": _l("Reference"),
    "state": _l("State"),
    "status": _l("Status"),
    "answers": _l("Answers"),
    "score": _l("Score"),
    "action": _l("What was done"),
}

ACTIONS: Mapping[str, LazyString] = {
    "person.made": _l("Made the record"),
    "person.read": _l("Opened the record"),
    "person.changed": _l("Changed the record"),
    "person.contacted": _l("Noted a contact, or a try of one"),
    "person.goal_added": _l("Noted a goal"),
    "person.next_step": _l("Said what comes next"),
    "person.given": _l("Gave the person to a colleague"),
    "person.closed": _l("Closed the record"),
    "person.opened_again": _l("Opened the record again"),
    "person.flagged": _l("Told a team coordinator"),
    "person.died": _l("Recorded a death"),
    "person.not_to_contact": _l("Stopped every message"),
    "person.may_contact": _l("Allowed messages again"),
    "person.number_shown": _l("Looked at the NHS number"),
    "person.exported": _l("Exported the record"),
    "person.held": _l("Put the record under legal hold"),
    "person.hold_lifted": _l("Lifted the legal hold"),
    "person.correction_noted": _l("Noted a correction"),
    "person.glass_broken": _l("Opened the record from outside its team"),
    "person.glass_seen": _l("Looked at why it was opened from outside"),
    "consent.given": _l("Noted an agreement"),
    "consent.refused": _l("Noted a refusal"),
    "consent.ended": _l("Ended an agreement"),
}


def action_of(action: str) -> str:
    """An entry of the audit chain in words; its own name where it has none."""
    return str(ACTIONS.get(action, action))


def title_of(table: str) -> str:
    """What a table holds, in words."""
    return str(TITLES.get(table, table.replace("_", " ")))


def label_of(column: str) -> str:
    """What a column or a part of a document is, in words."""
    return str(LABELS.get(column, column.removesuffix("_id").replace("_", " ").capitalize()))
