"""One referral of what was chosen for the lines of a bundle: a draft, since what is shared is said next, and sent after that."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from portal.core import audit
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.people import consents
from portal.people.models import Person
from portal.referrals import ending, sending
from portal.referrals.actors import Actor
from portal.referrals.models import Referral
from portal.referrals.sending import Wanted
from portal.referrals.states import State
from portal.referrals.transitions import Who
from portal.together.bundles import Bundle
from portal.together.models import TogetherLine
from portal.together.queries import chosen_for, is_sent


def choose(person: Person, bundle: Bundle, chosen: Mapping[str, UUID], *, form_key: str, by: Viewer) -> Referral:
    """One draft of a referral with an introduction for each service that was chosen; by the key of the line that it is for.

    The same form sent twice makes one. Sent again with other choices before anything went out, it changes the draft; once
    something went out, it stays as it was. Raises NotFound, Refused.
    """
    actor = Actor(Who.REFERRER, user=by, organization_id=person.organization_id)
    referral = sending.new_referral(
        person,
        _wanted(person, bundle, chosen, form_key),
        by=actor,
        organization_id=person.organization_id,
        user_id=by.id,
    )
    if referral.person_id != person.id:
        raise NotFound(_("There is no record here. Check the reference, or look in your caseload."))
    _hold(referral)
    if is_sent(referral):
        return referral
    if chosen_for(referral) != dict(chosen):
        _put_services(referral, list(dict.fromkeys(chosen.values())), actor)
        _put_lines(referral, bundle, chosen)
        referral.needs = _needs(bundle, chosen)
        referral.version += 1
        # What somebody needs goes with their record; an entry of the chain never does.
        audit.record("together.chosen", person, by=by, details={"referral": str(referral.id)})
    return referral


def _wanted(person: Person, bundle: Bundle, chosen: Mapping[str, UUID], form_key: str) -> Wanted:
    """What the next page is filled with. Where the person agreed with all of these groups before, as they agreed."""
    services = db.session.scalars(select(Service).where(Service.id.in_(chosen.values()))).all()
    held = [consents.active(person.id, one.organization_id) for one in services]
    is_agreed = bool(held) and all(consents.covers(one) for one in held)
    scopes = sorted({scope for one in held if one for scope in one.scopes}) if is_agreed else list(consents.USUAL)
    return Wanted(
        route="link-worker",
        needs=_needs(bundle, chosen),
        reason=str(bundle.reason),
        what_matters=person.what_matters,
        told={"agreement": {"how": "before" if is_agreed else "", "scopes": scopes}, "instead_of": None},
        locale=person.locale,
        form_key=form_key,
    )


def _needs(bundle: Bundle, chosen: Mapping[str, UUID]) -> list[str]:
    return list(dict.fromkeys(line.need for line in bundle.lines if line.id in chosen))


def _hold(referral: Referral) -> None:
    """Hold it until the transaction ends, and read its introductions anew: two forms at once make one set."""
    db.session.flush()
    db.session.scalars(select(Referral).where(Referral.id == referral.id).with_for_update()).one()
    db.session.expire(referral, ["introductions"])


def _put_services(referral: Referral, wanted: Sequence[UUID], actor: Actor) -> None:
    """Drafts for these services and no other."""
    standing = {one.service_id: one for one in referral.introductions if State(one.state) is State.DRAFT}
    for service_id, one in standing.items():
        if service_id not in wanted:
            ending.mark_error(one, by=actor, words=_("Left out before it was sent."))
    for service_id in wanted:
        if service_id not in standing:
            sending.to_service(referral, db.session.get_one(Service, service_id), by=actor)


def _put_lines(referral: Referral, bundle: Bundle, chosen: Mapping[str, UUID]) -> None:
    db.session.execute(delete(TogetherLine).where(TogetherLine.referral_id == referral.id))
    for position, line in enumerate(bundle.lines):
        if line.id in chosen:
            db.session.add(
                TogetherLine(
                    referral_id=referral.id, person_id=referral.person_id, bundle=bundle.id, line=line.id,
                    position=position, service_id=chosen[line.id],
                )
            )  # fmt: skip
    db.session.flush()
