"""Whose name, and which mailbox, everybody may know: a role's always, a person's where they agreed and that is recorded.

Pages, the feed, exports and leaflets ask here, so that none of them tells more than the others.
"""

import re
from datetime import datetime

ROLES = re.compile(
    r"(?:team|office|desk|help ?desk|enquir(?:y|ies)|inquir(?:y|ies)|reception(?:ist)?|co-?ordinators?|managers?"
    r"|organi[sz]ers?|secretary|treasurer|chair(?:man|woman|person)?|lines?|help ?lines?|hotline|services?|cent(?:re|er)"
    r"|admin(?:istration|istrator)?|bookings?|referrals?|groups?|clubs?|support|advice|advis[eo]rs?|workers?|volunteers?"
    r"|staff|duty|department|hub|press|membership|switchboard|council|trust|association|society|charity|caretaker"
    r"|leaders?|committee|contact|information|general|reservations?|community|partnership|project|us)",
    re.IGNORECASE,
)
"""What a role or a desk is called: the last word of it."""
PARTS = re.compile(r"\s*[,;:()/|\u2013\u2014]\s*|\s+-\s+")
MAILBOX_WORDS = """
about access admin administration administrator advice adviser advisor ask assistant bookings booking care carers centre
chair charity clerk clinic club comms communications community contact contactus coordinator desk director editor email
emergency enquire enquiries enquiry events family feedback finance food front fundraising general group groups hall health
hello help helpdesk helpline home hub info information inbox intake library lead learning legal lettings library line listings
mail mailbox manager marketing media membership memberships minister network news office officer online outreach parish
pastoral postmaster press privacy project projects reception referral referrals refer register reservations safeguarding
sales secretary service services social staff studio support team tickets training treasurer trust trustees us venue
visit volunteer volunteering volunteers warden webmaster welcome welfare wellbeing youth
"""
MAILBOXES = frozenset(MAILBOX_WORDS.split())
"""Words that names of mailboxes are made of which several people read, or one by their role."""
BETWEEN = re.compile(r"[._+\-0-9]+")


def role_in(name: str | None) -> str | None:
    """What of a contact's name is a role, a team or a desk: "Ann Lark, Coordinator" is "Coordinator". None for a person."""
    if not name:
        return None
    parts = [part for part in PARTS.split(name) if part]
    roles = [part for part in parts if ROLES.fullmatch(part.split()[-1].rstrip("."))]
    return name if len(roles) == len(parts) else ", ".join(roles) or None


def is_person(name: str | None) -> bool:
    """Whether a name is, or holds, what may be a person's: it needs that person's agreement before it is shown."""
    return bool(name) and role_in(name) != name


def public_name(name: str | None, agreed_at: datetime | None) -> str | None:
    """What of a contact's name everybody may know: all of it where the person agreed, else what of it is a role."""
    return name if agreed_at is not None else role_in(name)


def role_address(email: str | None) -> str | None:
    """An e-mail address that is a role's, as far as its words tell: "info@", "welcome.team@". None for any other."""
    box, _at, host = (email or "").partition("@")
    words = [word for word in BETWEEN.split(box.lower()) if word]
    return email if host and words and all(word in MAILBOXES for word in words) else None
