"""Claims: somebody asks to look after an organisation's listings. The first becomes its lead, once they show to be of it.

A claim is a change request of kind "claim": a draft until its author has chosen how to show it; it waits for the organisation's
lead where it has one, else for a moderator; it is live when it is granted. Nobody decides their own, but for the code.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError

from portal.accounts import memberships
from portal.accounts.models import User, plain_email
from portal.accounts.queries import has_users, users_of
from portal.accounts.queries import user as user_of
from portal.accounts.roles import Role
from portal.assurance import recorded
from portal.changes import queries
from portal.changes.life import move
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.groups import matching, proving
from portal.groups.notifications import ClaimAsked, ClaimDecided
from portal.groups.wishes import Wish
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.registers import queries as registers

OPEN = ("draft", "sent_back")
"""States in which its author can still show to be of the organisation."""
LEADS_ALONE = timedelta(days=7)
"""How long a claim is its lead's alone to decide; then moderators see it too."""


AT_ONCE = timedelta(minutes=1)
"""A role that was given so near to a claim came with it."""


class OwnClaim(DomainError):
    """Nobody decides their own claim."""

    status = 403


def begin(wish: Wish, user: User, *, key: str | None = None) -> ChangeRequest | None:
    """Ask for what was wished, by somebody whose address is confirmed. None where they look after it already.

    Who adds an organisation that nobody knew looks after it at once: none of it is public before a moderator has seen it.
    `key` is the one-time key of the form: sent twice, it makes one. Raises NotFound.
    """
    if (known := _of_key(key, user)) is not None:
        return known
    try:
        with db.session.begin_nested():
            return _begun(wish, user, key)
    except IntegrityError:
        return _of_key(key, user)


def claim_for(user: User, claim_id: UUID) -> ChangeRequest:
    """A claim of this user's own. Raises NotFound."""
    found = db.session.get(ChangeRequest, claim_id)
    if found is None or found.kind != "claim" or found.by_user_id != user.id:
        raise NotFound(_("There is no such request."))
    return found


def open_claims_of(user: User | None) -> Sequence[ChangeRequest]:
    """What this user has asked to look after and nobody has decided yet, newest first; none for a stranger."""
    if user is None:
        return []
    undecided = ChangeRequest.by_user_id == user.id, ChangeRequest.state.in_((*OPEN, "waiting"))
    return db.session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.kind == "claim", *undecided)
        .order_by(ChangeRequest.created_at.desc(), ChangeRequest.id)
    ).all()


def asked_for(lead: User, claim_id: UUID) -> ChangeRequest:
    """A claim that this lead may decide. Raises NotFound."""
    found = db.session.get(ChangeRequest, claim_id)
    if found is None or found.kind != "claim" or not _may_decide(lead, found):
        raise NotFound(_("There is no such request."))
    return found


def asked_of(lead: Viewer, organization_id: UUID) -> Sequence[ChangeRequest]:
    """The claims on an organisation that wait for this lead, oldest first; none for who leads it not."""
    if not lead.can(Permission.PEOPLE_MANAGE, organisation_id=organization_id):
        return []
    wanted = ChangeRequest.organization_id == organization_id, ChangeRequest.by_user_id != lead.id
    return db.session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.kind == "claim", ChangeRequest.state == "waiting", *wanted)
        .order_by(ChangeRequest.submitted_at, ChangeRequest.id)
    ).all()


def is_for_a_lead() -> ColumnElement[bool]:
    """Of a change: it is a claim that waits, on an organisation whose lead still has some days to answer."""
    return and_(
        ChangeRequest.kind == "claim",
        ChangeRequest.state == "waiting",
        ChangeRequest.submitted_at >= clock.now() - LEADS_ALONE,
        has_users(ChangeRequest.organization_id, Permission.PEOPLE_MANAGE),
    )


def prove(claim: ChangeRequest, typed: str, *, by: User) -> bool:
    """Take a code that went to the address on record. True where it was right, and the claim is granted.

    Where the organisation has got a lead meanwhile, an address alone gives nothing: the claim waits for that lead.
    """
    memberships.hold_still(claim.organization_id)
    if claim.state not in OPEN or not proving.is_right(claim, typed):
        return False
    if _has_lead(claim.organization_id):
        _wait(claim, by)
    else:
        _grant(claim, by, by=by, how="code")
    return True


def leave_to_others(claim: ChangeRequest, *, by: User) -> None:
    """Let the claim wait for the organisation's lead, or for a moderator, as it stands."""
    if claim.state in OPEN:
        _wait(claim, by)


def ask_moderators(claim: ChangeRequest, note: str | None, *, by: User) -> None:
    """Leave the claim to the moderators, with a word on why. Sent twice, it waits once."""
    if claim.state in OPEN:
        claim.note = note or None
        _wait(claim, by)


def accept(claim: ChangeRequest, by: Viewer, *, is_told: bool = True) -> None:
    """Grant a claim. `is_told`: its author gets a mail from here. Raises NotFound for who may not, OwnClaim, CannotNow."""
    _must_decide(claim, by)
    claimant = claimant_of(claim)
    if claimant is None or not claimant.is_active:
        raise NotFound(_("Whoever asked has no account any more."))
    _grant(claim, claimant, by=by, how="decided")
    if is_told:
        _tell(claim, claimant, is_accepted=True)


def refuse(claim: ChangeRequest, by: User, *, reason: str | None = None, words: str | None = None) -> None:
    """Refuse a claim. Raises NotFound for who may not, OwnClaim, CannotNow."""
    _must_decide(claim, by)
    move(claim, "reject")
    claim.reason, claim.words = reason, words
    claim.decided_at, claim.decided_by_id = clock.now(), by.id
    audit.record("claim.refused", claim, by=by, why=reason)
    claimant = claimant_of(claim)
    if claimant is not None:
        _take_back(claim, claimant, by=by)
    if claimant is not None and claimant.is_active:
        _tell(claim, claimant, is_accepted=False)


def has_lead(claim: ChangeRequest) -> bool:
    """Whether it is for a lead of the organisation to decide."""
    return _has_lead(claim.organization_id)


def claimant_of(claim: ChangeRequest) -> User | None:
    """Who asks."""
    return user_of(claim.by_user_id) if claim.by_user_id else None


def _begun(wish: Wish, user: User, key: str | None) -> ChangeRequest | None:
    organisation, is_new = _organisation_of(wish)
    if not is_new:
        db.session.execute(select(Organization.id).where(Organization.id == organisation.id).with_for_update())
    if user.can(Permission.LISTING_EDIT, organisation_id=organisation.id):
        return None
    if (known := _open_claim(organisation.id, user)) is not None:
        return known
    claim = ChangeRequest(
        kind="claim", organization=organisation, by_user_id=user.id, state="draft", facts={}, before={}, form_key=key
    )
    db.session.add(claim)
    db.session.flush()
    audit.record("claim.made", claim, by=user, details={"organisation": str(organisation.id), "is_new": is_new})
    if is_new and wish.register is None:
        _grant(claim, user, by=user, how="added")
    elif _has_lead(organisation.id):
        _wait(claim, user)
    elif any(plain_email(one.address) == plain_email(user.email) for one in recorded.on_record(organisation)):
        _grant(claim, user, by=user, how="same address")
    elif is_new:
        memberships.give(user, Role.EDITOR, by=None, organization_id=organisation.id, noted_by=user)
    return claim


def _of_key(key: str | None, user: User) -> ChangeRequest | None:
    found = queries.change_of_key(key) if key else None
    return found if found is not None and found.by_user_id == user.id else None


def _organisation_of(wish: Wish) -> tuple[Organization, bool]:
    """The organisation of a wish, and whether it was made just now. Raises NotFound."""
    known = wish.organisation_id
    if known is None and wish.register and wish.number:
        known = matching.organisation_of(wish.register, wish.number)
    if known is not None:
        found = db.session.get(Organization, known)
        if found is None:
            raise NotFound(_("There is no such organisation here any more."))
        return found, False
    if wish.register and wish.number:
        return _from_register(wish.register, wish.number), True
    made = Organization(name=wish.name or "")
    db.session.add(made)
    db.session.flush()
    return made, True


def _from_register(register: str, number: str) -> Organization:
    entry = registers.entry(register, number)
    if entry is None:
        raise NotFound(_("There is no such body in the register any more."))
    made = Organization(
        name=entry.name.title() if entry.name.isupper() else entry.name,
        description=entry.activities,
        email=entry.email,
        website=entry.website,
    )
    kind = "company" if register == "GB-COH" else "charity" if register != "GB-MPR" else "society"
    made.identifiers.append(OrganizationIdentifier(identifier_scheme=register, identifier_type=kind, identifier=number))
    db.session.add(made)
    db.session.flush()
    return made


def _grant(claim: ChangeRequest, claimant: User, *, by: Viewer, how: str) -> None:
    """Give the claimant their roles: lead and editor where the organisation has no lead, else editor."""
    move(claim, "approve" if claim.state == "waiting" else "publish")
    claim.decided_at, claim.decided_by_id = clock.now(), by.id
    claim.submitted_at = claim.submitted_at or clock.now()
    roles = [Role.EDITOR] if _has_lead(claim.organization_id) else [Role.LEAD, Role.EDITOR]
    for role in roles:
        memberships.give(claimant, role, by=None, organization_id=claim.organization_id, noted_by=by)
    audit.record("claim.granted", claim, by=by, why=how, details={"roles": [role.value for role in roles]})


def _take_back(claim: ChangeRequest, claimant: User, *, by: User) -> None:
    """End the role that came with a claim on a body of a register, so that its listing could be prepared meanwhile."""
    lent = memberships.holds(claimant, Role.EDITOR, organization_id=claim.organization_id)
    if lent is not None and abs(lent.created_at - claim.created_at) < AT_ONCE and not _has_lead(claim.organization_id):
        memberships.end_now(lent, by=by, why="claim refused")


def _wait(claim: ChangeRequest, by: User) -> None:
    move(claim, "submit")
    claim.submitted_at = clock.now()
    audit.record("claim.waits", claim, by=by)
    for lead in users_of(claim.organization_id, Permission.PEOPLE_MANAGE):
        notify(
            ClaimAsked(claim=str(claim.id), organisation=claim.organization.name),
            to=Recipient(email=lead.email, locale=lead.locale, user_id=lead.id),
            key=f"claim-asked:{claim.id}",
        )


def _tell(claim: ChangeRequest, claimant: User, *, is_accepted: bool) -> None:
    notify(
        ClaimDecided(claim=str(claim.id), organisation=claim.organization.name, is_accepted=is_accepted),
        to=Recipient(email=claimant.email, locale=claimant.locale, user_id=claimant.id),
        key=f"claim-decided:{claim.id}",
    )


def _must_decide(claim: ChangeRequest, by: Viewer) -> None:
    if claim.by_user_id == by.id:
        raise OwnClaim(_("Nobody decides their own request."))
    if not _may_decide(by, claim):
        raise NotFound(_("There is no such request."))
    db.session.refresh(claim, with_for_update=True)


def _may_decide(by: Viewer, claim: ChangeRequest) -> bool:
    if claim.by_user_id == by.id:
        return False
    if by.can(Permission.PEOPLE_MANAGE, organisation_id=claim.organization_id):
        return True
    still_a_leads = select(ChangeRequest.id).where(ChangeRequest.id == claim.id, is_for_a_lead())
    return by.can(Permission.MODERATE) and db.session.scalar(still_a_leads) is None


def _has_lead(organization_id: UUID) -> bool:
    return bool(db.session.scalar(select(has_users(organization_id, Permission.PEOPLE_MANAGE))))


def _open_claim(organization_id: UUID, user: User) -> ChangeRequest | None:
    return db.session.scalar(
        select(ChangeRequest).where(
            ChangeRequest.kind == "claim",
            ChangeRequest.organization_id == organization_id,
            ChangeRequest.by_user_id == user.id,
            ChangeRequest.state.in_((*OPEN, "waiting")),
        )
    )
