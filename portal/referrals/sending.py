"""From a wish to an introduction that a group has: drafting, asking the person, sending."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.references import new_reference
from portal.core.viewer import Viewer
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.directory.space import space_of
from portal.geography.places import NATIONS
from portal.people import consents
from portal.people.models import Consent, Person
from portal.referrals import events, guards, standing
from portal.referrals.actors import Actor
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Introduction, Referral, ReferralSetting
from portal.referrals.moving import WrongState, move
from portal.referrals.states import OPEN, State

CODE_DIGITS = 6
ENGLAND = "england"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `needs` are ids of our needs.

    `safety_prompt`: {"kinds": [...], "choice": "sent"} where risk words were met.
    """

    route: str
    needs: Sequence[str] = ()
    reason: str | None = None
    what_matters: str | None = None
    health_summary: str | None = None
    safety_note: str | None = None
    safety_prompt: dict[str, object] | None = None
    told: dict[str, object] | None = None
    method: str | None = None
    wants_feedback: bool = True
    locale: str = "en"
    form_key: str | None = None
    based_on_id: UUID | None = None


def new_referral(
    person: Person, wanted: Wanted, *, by: Actor, organization_id: UUID | None, user_id: UUID | None
) -> Referral:
    """A draft of a referral. The same form sent twice gives the first one."""
    if wanted.form_key and (known := referral_of_key(wanted.form_key)) is not None:
        return known
    referral = Referral(
        reference=new_reference(),
        person_id=person.id,
        organization_id=organization_id,
        by_user_id=user_id,
        route=wanted.route,
        method=wanted.method,
        needs=list(wanted.needs),
        reason=wanted.reason,
        what_matters=wanted.what_matters,
        health_summary=wanted.health_summary,
        safety_note=wanted.safety_note,
        safety_prompt=wanted.safety_prompt,
        told=wanted.told,
        wants_feedback=wanted.wants_feedback,
        locale=wanted.locale,
        form_key=wanted.form_key,
        based_on_id=wanted.based_on_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(referral)
    except IntegrityError:
        known = referral_of_key(wanted.form_key or "")
        if known is None:
            raise
        return known
    return referral


def referral_of_key(form_key: str) -> Referral | None:
    """The referral that a form made before, if it did."""
    return db.session.scalar(select(Referral).where(Referral.form_key == form_key))


def to_service(
    referral: Referral,
    service: Service,
    *,
    by: Actor,
    happy_to_wait: bool | None = None,
    own_answers: list[dict[str, str]] | None = None,
    shares_surname: bool = False,
    part_of_id: UUID | None = None,
    replaces_id: UUID | None = None,
) -> Introduction:
    """A draft of an introduction to a group's service. Raises Refused where the service takes no referrals."""
    return _draft(
        Introduction(
            referral=referral, person_id=referral.person_id, kind="service", organization_id=service.organization_id,
            service_id=service.id, happy_to_wait=happy_to_wait, own_answers=own_answers, shares_surname=shares_surname,
            space_shown=space_of(service).state, nation=nation_of(service.id), part_of_id=part_of_id,
            replaces_id=replaces_id,
        ),
        by,
    )  # fmt: skip


def to_team(referral: Referral, organization_id: UUID, *, by: Actor, nation: str = ENGLAND) -> Introduction:
    """A draft of an introduction to a link worker team. Raises Refused where it takes nobody."""
    return _draft(
        Introduction(
            referral=referral, person_id=referral.person_id, kind="link-work", organization_id=organization_id,
            nation=nation, shares_surname=True,
        ),
        by,
    )  # fmt: skip


def ask_consent(introduction: Introduction, *, by: Actor) -> None:
    """Ask the person by link whether they agree; until they do, nobody else sees anything."""
    move(introduction, "ask_consent", by=by)


def send(
    introduction: Introduction, consent: Consent, *, by: Actor, given: Given | None = None, version: int | None = None
) -> None:
    """Send it, under what the person agreed to. Raises Refused, WrongState, Moved."""
    introduction.consent_id = consent.id
    try:
        with db.session.begin_nested():
            move(introduction, "send", by=by, given=given, version=version)
    except IntegrityError as problem:  # two were sent at the same moment: the other one came first
        raise Refused("not_twice", _("This person has been referred there already, and it is still open.")) from problem


def refuse(introduction: Introduction, *, by: Actor, words: str | None = None) -> None:
    """The person does not want to be referred."""
    move(introduction, "refuse", by=by, given=Given(words=words))


def new_code(referral: Referral) -> str:
    """A new code with which the person opens their own page; the one before opens nothing any more. Six digits."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    referral.code = code
    return code


def setting_of(service_id: UUID) -> ReferralSetting:
    """How a service takes referrals; as most do, where nothing was set."""
    found = db.session.get(ReferralSetting, service_id)
    return found or ReferralSetting(
        service_id=service_id,
        is_open=True,
        has_waiting_list=True,
        places=None,
        questions=[],
        asks_birth_date=None,
        serves=[],
    )


def why_not(service: Service) -> str | None:
    """Why no referral can be sent to a service now, in a sentence; None where one can."""
    return guards.service_takes(service) or guards.service_has_space(service, happy_to_wait=True)


def nation_of(service_id: UUID) -> str:
    """The nation whose bank holidays a service's clock heeds: that of its first place; England where it has none."""
    code = db.session.scalar(
        select(Location.authority_code)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
        .where(ServiceAtLocation.service_id == service_id, Location.authority_code.is_not(None))
        .order_by(ServiceAtLocation.id)
        .limit(1)
    )
    return str(NATIONS.get((code or "E")[:1], ENGLAND))


def agreement_with(person: Person, organization_id: UUID) -> Consent:
    """What the person agrees to with an organisation today. Raises ConsentMissing."""
    held = consents.active(person.id, organization_id)
    if held is None or not consents.covers(held):
        raise consents.ConsentMissing(_("The person has not agreed to share this."))
    return held


def agree(
    person: Person,
    organization_id: UUID,
    agreement: consents.Agreement,
    *,
    by: Viewer | str,
    for_id: UUID | None = None,
) -> Consent:
    """Note what a person agrees to now with an organisation. What stands open with it goes on under the new agreement.

    Raises ConsentIncomplete.
    """
    consent = consents.give(person, organization_id, agreement, by=by, for_id=for_id)
    db.session.execute(
        update(Introduction)
        .where(
            Introduction.person_id == person.id,
            Introduction.organization_id == organization_id,
            Introduction.state.in_([state.value for state in OPEN]),
            Introduction.consent_id.is_not(None),
        )
        .values(consent_id=consent.id)
    )
    return consent


def _draft(introduction: Introduction, by: Actor) -> Introduction:
    introduction.reference = new_reference()
    introduction.state, introduction.version = State.DRAFT.value, 1
    db.session.add(introduction)
    db.session.flush()
    guards.look(introduction, ("takes_referrals",), by, Given())
    standing.derive(introduction.referral)
    events.add(introduction, "create", by=by)
    return introduction


def draft_of(introduction_id: UUID) -> Introduction:
    """A draft that may still be sent. Raises NotFound, WrongState."""
    found = db.session.get(Introduction, introduction_id)
    if found is None:
        raise NotFound(_("There is no such referral."))
    if State(found.state) not in {State.DRAFT, State.AWAITING_CONSENT}:
        raise WrongState(_("This has been sent already."))
    found.changed_at = clock.now()
    return found
