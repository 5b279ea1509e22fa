"""Who has seen what of a person: the entries of the audit chain about them and their introductions, in plain words.

Staff are named by their role and organisation. What has no sentence is not shown here; a copy of all that is held can be asked
for from the organisation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import and_, or_, select

from portal.accounts.models import Membership
from portal.accounts.roles import ROLES, Role
from portal.core import clock, wording
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.organisations.models import Organization
from portal.referrals.models import Introduction, IntroductionEvent, Referral
from portal.referrals.transitions import Who

MOST = 300
SENTENCES: Mapping[str, LazyString] = {
    "person.read": _l("Opened what is written about you"),
    "person.opened_by_code": _l("Opened this page with reference and code"),
    "person.made": _l("Made your record"),
    "person.changed": _l("Changed your record"),
    "person.contacted": _l("Noted a contact with you"),
    "person.given": _l("Gave your record to a colleague"),
    "person.flagged": _l("Told the coordinator of the neighbourhood team about you"),
    "person.exported": _l("Made a copy of all that is held about you"),
    "person.number_shown": _l("Looked at your NHS number"),
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
    "record.opened_in_need": _l("Opened your record without being your worker, and said why"),
}
"""What an entry says, by its action."""


@dataclass(frozen=True)
class Seen:
    """One entry: when, who, what."""

    when: str
    who: str
    what: str


def seen_by(referral: Referral) -> list[Seen]:
    """Entries about the person and their introductions, newest first, 300 at most. Four statements."""
    introductions = select(Introduction.id).where(Introduction.person_id == referral.person_id)
    ids = [str(one) for one in db.session.scalars(introductions)]
    wanted = (
        select(AuditEntry)
        .where(
            AuditEntry.action.in_(SENTENCES),
            or_(
                and_(AuditEntry.subject_kind == "person", AuditEntry.subject_id == str(referral.person_id)),
                and_(AuditEntry.subject_kind == "introduction", AuditEntry.subject_id.in_(ids)),
            ),
        )
        .order_by(AuditEntry.number.desc())
        .limit(MOST)
    )
    entries = db.session.scalars(wanted).all()
    names = _names(entries) | _by_link(entries)
    return [_seen(entry, names) for entry in entries]


def _seen(entry: AuditEntry, names: Mapping[str, str]) -> Seen:
    local = clock.local(entry.at)
    when = _("%(day)s, %(time)s", day=wording.full_date(local.date()), time=wording.clock_time(entry.at))
    return Seen(when, _who(entry, names), str(SENTENCES[entry.action]))


def _who(entry: AuditEntry, names: Mapping[str, str]) -> str:
    if (by_link := names.get(_event_of(entry))) is not None:
        return by_link
    if entry.actor_kind == "person":
        return _("You, or who asked for you")
    if entry.actor_kind == "job":
        return _("This site, by itself")
    if entry.actor_kind == "operator":
        return _("Who runs this site")
    return names.get(str(entry.actor_id), _("Somebody whose account is closed"))


def _event_of(entry: AuditEntry) -> str:
    return str((entry.details or {}).get("event", ""))


def _by_link(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """The organisation of each act that was done by the link of a group's mail, by the id of its event."""
    ids = [UUID(_event_of(entry)) for entry in entries if entry.actor_kind == "person" and _event_of(entry)]
    if not ids:
        return {}
    wanted = (
        select(IntroductionEvent.id, Organization.name)
        .join(Organization, Organization.id == IntroductionEvent.organization_id)
        .where(IntroductionEvent.id.in_(ids), IntroductionEvent.who != Who.PERSON.value)
    )
    return {
        str(event_id): _("%(organisation)s, by the link of an e-mail", organisation=name)
        for event_id, name in db.session.execute(wanted)
    }


def _names(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Role and organisation of each user, by their id."""
    ids = {UUID(entry.actor_id) for entry in entries if entry.actor_kind == "user" and entry.actor_id}
    if not ids:
        return {}
    wanted = (
        select(Membership.user_id, Membership.role, Organization.name)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id.in_(ids))
        .order_by(Membership.user_id, Membership.id)
    )
    found: dict[str, Any] = {}
    for user_id, role, name in db.session.execute(wanted):
        label = str(ROLES[Role(role)].label)
        found.setdefault(
            str(user_id), _("%(role)s, %(organisation)s", role=label, organisation=name) if name else label
        )
    return found
