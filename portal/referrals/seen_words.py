"""What entries of the audit chain say of a person's record, in plain words for them to read. A new action is a row.

%(group)s is the organisation that it was about. What has no row is not shown.
"""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

SOME_PART = _l("Opened a part of the record")
READ: Mapping[str, LazyString] = {
    "record": _l("Opened the record"),
    "details": _l("Opened name and details"),
    "identity": _l("Opened name, date of birth and address"),
    "contact": _l("Opened how to reach the person safely"),
    "matters": _l("Opened what matters to the person"),
    "access": _l("Opened language and access"),
    "risk": _l("Opened notes on staying safe"),
    "number": _l("Opened the page of the NHS number"),
    "contacts": _l("Opened the form for a contact"),
    "goals": _l("Opened the goals"),
    "next-step": _l("Opened what comes next"),
    "agreements": _l("Opened what was agreed"),
    "measures": _l("Opened the measures"),
    "find": _l("Looked for support with what the record says"),
    "refer": _l("Opened the record to make a referral"),
    "seen": _l("Opened this list"),
    "referral": _l("Opened the referral to %(group)s"),
    "file": _l("Saved a file that came with a message to or from %(group)s"),
    "handover": _l("Opened the handover from a practice"),
    "report": _l("Opened how the support ended"),
    "report file": _l("Took a file of how the support ended"),
    "flag": _l("Saw initials and reference among flagged people"),
    "day list": _l("Saw the person on a list for the day"),
    "day list with names": _l("Printed a list for the day with the person’s name and how to reach them"),
}
"""By what was opened."""
DONE: Mapping[str, LazyString] = {
    "person.opened_by_code": _l("Opened the person’s own page with reference and code"),
    "person.made": _l("Made the record"),
    "person.changed": _l("Changed the record"),
    "person.contacted": _l("Noted a contact"),
    "person.goal_added": _l("Noted a goal"),
    "person.goals": _l("Noted how goals turned out"),
    "person.next_step": _l("Noted what comes next"),
    "person.given": _l("Gave the record to a colleague"),
    "person.flagged": _l("Told the coordinator of the neighbourhood team"),
    "person.number_shown": _l("Looked at the NHS number"),
    "person.not_to_contact": _l("Noted that nobody may contact the person"),
    "person.may_contact": _l("Noted that contact is allowed again"),
    "person.died": _l("Recorded a death"),
    "person.closed": _l("Closed the record"),
    "person.opened_again": _l("Opened the record again after it was closed"),
    "person.exported": _l("Made a copy of all that is held"),
    "consent.given": _l("Noted that the person agreed to share with %(group)s"),
    "consent.refused": _l("Noted that the person said no to sharing with %(group)s"),
    "consent.ended": _l("Noted that an agreement to share ended"),
    "introduction.send": _l("Sent a referral to %(group)s"),
    "introduction.open": _l("Saw the referral to %(group)s for the first time"),
    "introduction.ask": _l("Asked a question about the referral to %(group)s"),
    "introduction.answer": _l("Answered a question about the referral to %(group)s"),
    "introduction.wait": _l("Put the person on the waiting list of %(group)s"),
    "introduction.accept": _l("Said yes to the referral to %(group)s, and can see name and contact"),
    "introduction.decline": _l("Said no to the referral to %(group)s"),
    "introduction.redirect": _l("Passed the referral to %(group)s on"),
    "introduction.book": _l("Booked a visit with %(group)s"),
    "introduction.unbook": _l("Cancelled a visit with %(group)s or noted that it did not happen"),
    "introduction.complete": _l("Noted how the support of %(group)s ended"),
    "introduction.end_early": _l("Noted that the support of %(group)s ended early"),
    "introduction.withdraw": _l("Ended the referral to %(group)s"),
    "document.queued": _l("Made a document for %(group)s of how the support ended"),
    "document.sent_again": _l("Sent the document to %(group)s of how the support ended again"),
    "record.opened_in_need": _l("Opened the record without being the person’s worker, and said why"),
}
"""By the action."""
OWN: Mapping[str, LazyString] = {
    "person.read": _l("Opened what is written about you"),
    "person.opened_by_code": _l("Opened this page with reference and code"),
    "person.made": _l("Made your record"),
    "person.changed": _l("Changed your record"),
    "person.contacted": _l("Noted a contact with you"),
    "person.given": _l("Gave your record to a colleague"),
    "person.flagged": _l("Told the coordinator of the neighbourhood team about you"),
    "person.exported": _l("Made a copy of all that is held about you"),
    "person.number_shown": _l("Looked at your NHS number"),
    "person.not_to_contact": _l("Noted that nobody may contact you"),
    "person.may_contact": _l("Noted that you may be contacted again"),
    "consent.given": _l("Noted that you agreed to share"),
    "consent.refused": _l("Noted that you said no to sharing"),
    "consent.ended": _l("Noted that an agreement ended"),
    "introduction.send": _l("Sent your referral"),
    "introduction.open": _l("Opened your referral"),
    "introduction.ask": _l("Asked a question about your referral"),
    "introduction.answer": _l("Answered a question about your referral"),
    "introduction.wait": _l("Put you on the waiting list"),
    "introduction.accept": _l("Said yes to your referral"),
    "introduction.decline": _l("Said no to your referral"),
    "introduction.redirect": _l("Passed your referral on"),
    "introduction.book": _l("Booked a visit"),
    "introduction.unbook": _l("Cancelled a visit or noted that it did not happen"),
    "introduction.withdraw": _l("Cancelled your referral"),
    "introduction.complete": _l("Noted how your referral ended"),
    "introduction.end_early": _l("Noted that your support ended early"),
    "record.opened_in_need": _l("Opened your record without being your worker, and said why"),
}
"""The same to the person themselves, where it names them or a group. The rest is said as above."""
