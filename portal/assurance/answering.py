"""Answers to "Is this still right?": by the link in a mail, by an editor who is signed in, by telephone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import plain_email
from portal.assurance.actions import close_if_answered
from portal.assurance.contacts import Asked, contacts_of
from portal.assurance.models import CheckItem, CheckLetter
from portal.changes.actions import STATUS, propose
from portal.changes.checked import check
from portal.changes.life import move
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.blind_index import blinds
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.tokens import hash_of
from portal.core.viewer import Viewer
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from portal.directory.space import still_holds as space_holds

How = Literal["e-mail", "site", "telephone"]
SPACE_ASKED_FOR = timedelta(hours=1)
"""How long after confirming "Do you have space now?" can be answered by the same link."""
SPACE_ANSWERS = ("space", "waiting", "full")


@dataclass(frozen=True)
class Link:
    """What a link from a mail opens. `open_ids`: listings still to answer; `answered`: those answered, with the day.

    `is_old`: it has aged. `is_foreign`: whoever it was sent to is no longer asked about these listings.
    """

    letter: CheckLetter
    open_ids: tuple[UUID, ...]
    answered: dict[UUID, date]
    closed: frozenset[UUID]
    is_old: bool
    is_foreign: bool

    @property
    def is_used(self) -> bool:
        """Whether nothing is left to answer."""
        return not self.open_ids and bool(self.answered)


def link_of(token: str) -> Link:
    """What this token opens. Raises NotFound where there is no such token."""
    letter = db.session.scalar(select(CheckLetter).where(CheckLetter.token_hash == hash_of(token)))
    if letter is None:
        raise NotFound(_("This link does not work. Copy the whole address from the e-mail, or wait for our next one."))
    mine = _still_asked(letter)
    answered = {
        item.service_id: clock.local(item.answered_at).date()
        for item in letter.round.items
        if item.service_id in mine and item.state in {"confirmed", "closed"} and item.answered_at
    }
    return Link(
        letter=letter,
        open_ids=tuple(
            item.service_id for item in letter.round.items if item.service_id in mine and item.state == "asked"
        ),
        answered=answered,
        closed=frozenset(item.service_id for item in letter.round.items if item.state == "closed"),
        is_old=letter.expires_at <= clock.now(),
        is_foreign=not mine,
    )


def confirm_by_link(link: Link, service_ids: Iterable[UUID]) -> None:
    """Whoever the link was sent to says that these listings are all right. Others of the digest stay open."""
    if link.is_old or link.is_foreign:
        return
    chosen = [one for one in link.open_ids if one in set(service_ids)]
    if chosen:
        link.letter.used_at = clock.now()
        confirm(chosen, how="e-mail", by="person")


def close_by_link(link: Link, service_ids: Iterable[UUID]) -> None:
    """Whoever the link was sent to says that these have closed. A moderator looks before readers are told."""
    if link.is_old or link.is_foreign:
        return
    chosen = [one for one in link.open_ids if one in set(service_ids)]
    for service in _services(chosen):
        change = ChangeRequest(
            id=new_id(), service_id=service.id, organization_id=service.organization_id, kind="close", state="draft",
            facts={STATUS: "inactive"}, before={STATUS: service.status}, base_version=service.version,
            by_user_id=link.letter.user_id, reason="by_link", submitted_at=clock.now(),
        )  # fmt: skip
        move(change, "submit")
        db.session.add(change)
        audit.record("listing.said_closed", service, by="person")
    if chosen:
        link.letter.used_at = clock.now()
        answered(chosen, "closed")


def confirm(service_ids: Sequence[UUID], *, how: How, by: Viewer | str, is_ours: bool = False) -> None:
    """Somebody confirms that everything these listings say is right today, space too where its word still holds.

    `is_ours`: a moderator, not the group.
    """
    today = clock.today()
    for service in _services(service_ids):
        service.assured_date = today
        service.assured_by = "moderator" if is_ours else "group"
        service.assured_how = how
        if space_holds(service, today):
            service.space_said_at = clock.now()
            check(service.id, ["space"], by_kind=service.assured_by, how=how)
        listing_changed(service.id)
        audit.record("listing.confirmed", service, by=by, details={"how": how})
    answered(service_ids, "confirmed")


def answered(service_ids: Sequence[UUID], state: Literal["confirmed", "closed", "gone"]) -> None:
    """Whatever was still asked about these listings has its answer."""
    items = db.session.scalars(
        select(CheckItem).where(CheckItem.service_id.in_(list(service_ids)), CheckItem.state == "asked")
    ).all()
    for item in items:
        item.state, item.answered_at = state, clock.now()
    for one in {item.round_id: item.round for item in items}.values():
        close_if_answered(one, clock.today())


def say_space(service_id: UUID, state: str, *, by: Viewer | None = None) -> None:
    """Whoever a link was sent to, or who answers a referral, says whether there is space. It is a check of space alone."""
    if state not in SPACE_ANSWERS:
        return
    service = db.session.get_one(Service, service_id)
    propose(service, {"space": {"state": state}}, by=None, base_version=service.version, key=None)
    check(service_id, ["space"], by_kind="group", how="site" if by else "e-mail")
    audit.record("listing.space_said", ("service", service_id), by=by or "person", details={"space": state})


def is_just_used(link: Link) -> bool:
    """Whether somebody has answered by this link within the hour."""
    return link.letter.used_at is not None and link.letter.used_at + SPACE_ASKED_FOR > clock.now()


def may_say_space(link: Link, service_id: UUID) -> bool:
    """Whether the link still serves for the one question after confirming."""
    is_confirmed = service_id in link.answered and service_id not in link.closed
    return is_confirmed and is_just_used(link) and not link.is_foreign


def _still_asked(letter: CheckLetter) -> frozenset[UUID]:
    """Listings of the round that this letter's address is still the right one for."""
    ids = [item.service_id for item in letter.round.items]
    rows = db.session.execute(select(Service.id, Service.organization_id, Service.email).where(Service.id.in_(ids)))
    contacts = contacts_of([Asked(*row) for row in rows], also_silent=True)
    keys = set(blinds(plain_email(letter.email)))
    return frozenset(one for one, every in contacts.items() if keys & {contact.key for contact in every})


def _services(service_ids: Iterable[UUID]) -> Sequence[Service]:
    wanted = select(Service).where(Service.id.in_(list(service_ids))).order_by(Service.id)
    return db.session.scalars(wanted.with_for_update()).all()
