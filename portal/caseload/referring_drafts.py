"""From the page of a referral to one that is sent: drafts that are kept, changed, sent all together, or thrown away."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.caseload.referring_forms import ASK, BEFORE, Asked, AskedOf
from portal.caseload.referring_groups import Group
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.references import read_reference
from portal.core.tokens import hash_of
from portal.core.viewer import Viewer
from portal.directory.space import space_of
from portal.people.models import Consent, Person
from portal.referrals import ending, guards, sending
from portal.referrals.actors import Actor
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction, Referral, SpaceWish
from portal.referrals.moving import Moved, WrongState
from portal.referrals.sending import Wanted
from portal.referrals.states import State
from portal.referrals.transitions import Who


class NothingLeft(WrongState):
    """There is nothing to send any more: it went before, or every group was taken out."""


def keep(person: Person, asked: Asked, groups: Sequence[Group], *, by: Viewer) -> Referral:
    """A new draft: one introduction for each group. The same form sent twice keeps one. Raises Refused."""
    actor = actor_for(person, by)
    referral = sending.new_referral(
        person, _wanted(person, asked), by=actor, organization_id=person.organization_id, user_id=by.id
    )
    if not referral.introductions:
        for group in groups:
            _add(referral, group, asked, actor)
    if asked.how == ASK:
        _must_be_reachable(referral, actor)
    return referral


def change(referral: Referral, asked: Asked, groups: Sequence[Group], *, by: Viewer, version: int) -> None:
    """Put what was typed into a draft. Raises Moved, NothingLeft, Refused."""
    actor = actor_for(referral.person, by)
    lock(referral, version)
    wanted = _wanted(referral.person, asked)
    for name in ("reason", "what_matters", "health_summary", "safety_note", "told"):
        setattr(referral, name, getattr(wanted, name))
    referral.needs = list(wanted.needs)
    referral.safety_prompt = wanted.safety_prompt or referral.safety_prompt
    standing = {one.service_id: one for one in drafts_of(referral)}
    for group in groups:
        if (one := standing.get(group.id)) is None:
            _add(referral, group, asked, actor)
        else:
            _put(one, asked.of.get(str(group.id), AskedOf()))
    referral.version += 1
    if asked.how == ASK:
        _must_be_reachable(referral, actor)


def send(referral: Referral, *, by: Viewer, version: int) -> list[Introduction]:
    """Send every draft, or ask the person to agree first: all or none. Raises Moved, NothingLeft, Refused.

    Two at once send once: the second waits for the first, and finds nothing left.
    """
    actor = actor_for(referral.person, by)
    lock(referral, version)
    drafts = drafts_of(referral)
    told = Asked(**_agreed(referral))
    if told.how == ASK:
        for one in drafts:
            sending.ask_consent(one, by=actor)
        _act_on(referral)
        return drafts
    agreements = _agreements(referral.person, drafts, told, by)
    for one in drafts:
        given = Given(words=one.override_reason, misfits=("told",) if one.override_reason else ())
        sending.send(one, agreements[one.organization_id], by=actor, given=given)
    _act_on(referral)
    return drafts


def take_out(referral: Referral, introduction_reference: str, *, by: Viewer, version: int) -> None:
    """Leave one group out. Raises Moved, NothingLeft, NotFound."""
    lock(referral, version)
    wanted = read_reference(introduction_reference)
    one = next((one for one in drafts_of(referral) if one.reference == wanted), None)
    if one is None:
        raise NotFound(_("There is no such referral here. Check the reference."))
    ending.mark_error(one, by=actor_for(referral.person, by), words=_("Left out before it was sent."))
    referral.version += 1


def discard(referral: Referral, *, by: Viewer, version: int) -> None:
    """Throw a draft away: it goes out of every list. Raises Moved, NothingLeft."""
    lock(referral, version)
    for one in drafts_of(referral):
        ending.mark_error(one, by=actor_for(referral.person, by), words=_("Thrown away before it was sent."))
    referral.version += 1


def wish_for_space(service_id: UUID, *, by: Viewer, locale: str, form_key: str) -> None:
    """Tell this user when a service has space. Asking twice is asking once."""
    wanted = select(SpaceWish.id).where(
        SpaceWish.service_id == service_id, SpaceWish.user_id == by.id, SpaceWish.told_at.is_(None)
    )
    if db.session.scalar(wanted) is None:
        with suppress(IntegrityError), db.session.begin_nested():  # the same form, sent again at once
            key = hash_of(f"{form_key}:{service_id}")  # one page has a button for each group
            db.session.add(SpaceWish(service_id=service_id, user_id=by.id, locale=locale, form_key=key))


def referral_of(person: Person, reference: str) -> Referral:
    """The referral of a person with this reference, that their team made. Raises NotFound."""
    known = read_reference(reference)
    wanted = select(Referral).where(
        Referral.reference == known,
        Referral.person_id == person.id,
        Referral.organization_id == person.organization_id,
    )
    found = db.session.scalar(wanted) if known else None
    if found is None:
        raise NotFound(_("There is no such referral here. Check the reference."))
    return found


def drafts_of(referral: Referral) -> list[Introduction]:
    """The introductions that were not sent, in the order in which they were chosen."""
    return [one for one in referral.introductions if State(one.state) is State.DRAFT]


def lock(referral: Referral, version: int) -> None:
    """Hold a referral until the transaction ends, and read it anew with its introductions. Raises Moved, NothingLeft."""
    db.session.flush()
    anew = select(Referral).where(Referral.id == referral.id).with_for_update()
    db.session.scalars(anew.execution_options(populate_existing=True)).one()
    db.session.expire(referral, ["introductions"])
    if not drafts_of(referral):
        raise NothingLeft(_("This was sent already, or nothing is left of it."))
    if referral.version != version:
        raise Moved(referral.version)


def actor_for(person: Person, by: Viewer) -> Actor:
    """A link worker of the team that holds the record."""
    return Actor(Who.REFERRER, user=by, organization_id=person.organization_id)


def _wanted(person: Person, asked: Asked) -> Wanted:
    agreed = {
        "how": asked.how,
        "scopes": list(asked.scopes),
        "basis_note": asked.basis_note,
        "evidence": asked.evidence,
    }
    return Wanted(
        route="link-worker", needs=asked.needs, reason=asked.reason, what_matters=asked.what_matters,
        health_summary=asked.health_summary, safety_note=asked.safety_note, safety_prompt=asked.safety_prompt,
        told={"agreement": agreed, "instead_of": asked.instead_of}, locale=person.locale, form_key=asked.form_key,
    )  # fmt: skip


def _act_on(referral: Referral) -> None:
    """The refusal after which this was chosen is seen to."""
    if (refused := refused_of(referral.person, (referral.told or {}).get("instead_of"))) is not None:
        ending.act_on(refused)


def refused_of(person: Person, reference: str | None) -> Introduction | None:
    """What came to nothing, after which something else is chosen for a person."""
    wanted = select(Introduction).where(Introduction.reference == reference, Introduction.person_id == person.id)
    return db.session.scalar(wanted) if reference else None


def _agreed(referral: Referral) -> dict[str, Any]:
    told = dict((referral.told or {}).get("agreement") or {})
    return {**told, "scopes": tuple(told.get("scopes") or ())}


def _add(referral: Referral, group: Group, asked: Asked, actor: Actor) -> None:
    refused = refused_of(referral.person, asked.instead_of)
    one = sending.to_service(referral, group.service, by=actor, replaces_id=refused.id if refused else None)
    _put(one, asked.of.get(str(group.id), AskedOf()))


def _put(one: Introduction, told: AskedOf) -> None:
    one.happy_to_wait, one.shares_surname = told.happy_to_wait, told.shares_surname
    one.own_answers = [{"question": question, "answer": answer} for question, answer in told.own_answers] or None
    one.override_reason = told.override_reason
    one.changed_at = clock.now()
    if one.service is not None:
        one.space_shown = space_of(one.service).state


def _must_be_reachable(referral: Referral, actor: Actor) -> None:
    for one in drafts_of(referral):
        if (sentence := guards.reachable(one, actor, Given())) is not None:
            raise Refused("reachable", sentence, about="how")


def _agreements(person: Person, drafts: list[Introduction], told: Asked, by: Viewer) -> dict[UUID, Consent]:
    """What the person agrees to with each group: as before, or given now, once for each group."""
    found: dict[UUID, Consent] = {}
    for one in drafts:
        if one.organization_id in found:
            continue
        if told.how == BEFORE or told.agreement is None:
            found[one.organization_id] = sending.agreement_with(person, one.organization_id)
        else:
            found[one.organization_id] = sending.agree(
                person, one.organization_id, told.agreement, by=by, for_id=person.organization_id
            )
    return found
