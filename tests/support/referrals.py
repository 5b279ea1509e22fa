"""People who are referred and introductions in every state, made by the actions that lead there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.organisations.models import Organization
from portal.people import consents
from portal.people.actions import About, new_person
from portal.people.consents import Agreement
from portal.people.models import Consent, Person
from portal.referrals import answering, ending, sending, visiting, withdrawing
from portal.referrals.actors import SYSTEM, Actor, acting
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, LinkTeam, ReferralSetting
from portal.referrals.moving import move
from portal.referrals.sending import Wanted
from portal.referrals.states import State
from portal.referrals.transitions import Who
from tests.support.people import make_user

NUMBER = "9990000018"
"""An NHS number that nobody has."""
CONTACT = {
    "ways": ["phone", "e-mail"],
    "phone": "+447700900982",
    "email": "quilla.v@people.example.org",
    "voicemail": False,
}
REPORT = {"result": "partly", "why_no_measure": "declined"}


def make_team(
    organisation: Organization, *, areas: tuple[str, ...] = ("leicester",), practices: tuple[Any, ...] = ()
) -> LinkTeam:
    """An organisation as a link worker team."""
    team = LinkTeam(
        organization_id=organisation.id,
        areas=list(areas),
        practices=[str(one) for one in practices],
        phone="0116 496 0145",
    )
    db.session.add(team)
    db.session.commit()
    return team


def make_person(team: Organization | None = None, *, worker: User | None = None, **told: Any) -> Person:
    """Somebody on the books of a team, with a name, a birth date, a postcode and a safe way to reach them."""
    about: dict[str, Any] = {
        "given_name": "Quilla", "family_name": "Vantongeren", "postcode": "LE2 0QB", "contact": CONTACT,
        "access": {"language": "en"}, "needs": ("loneliness",), "what_matters": "To talk with somebody over tea.",
        **told,
    }  # fmt: skip
    person = new_person(
        About(**about),
        by=worker or "operator",
        organization_id=team.id if team else None,
        worker_id=worker.id if worker else None,
    )
    db.session.commit()
    return person


def agree(person: Person, organisation: Organization, **options: Any) -> Consent:
    """The person agreed, by word of mouth."""
    consent = consents.give(person, organisation.id, Agreement(how="spoken", **options), by="operator")
    db.session.commit()
    return consent


class World:
    """A team with a worker, a group with a group worker and a service, and a person: what most tests need."""

    def __init__(self, team: Organization, group: Organization, service: Service) -> None:
        self.team, self.group, self.service = team, group, service
        make_team(team)
        self.worker = make_user("link-worker", organisation=team, name="Lena Arkwright")
        self.group_worker = make_user("group-worker", organisation=group, name="Gus Ferndale")
        self.person = make_person(team, worker=self.worker)

    def introduction(self, state: str = "sent", **options: Any) -> Introduction:
        """One in this state, from the team to the group."""
        made = introduce(self, **options)
        for step in PATHS[State(state)]:
            STEPS[step](self, made)
        db.session.commit()
        assert made.state == state
        return made

    def asks(self, introduction: Introduction) -> Actor:
        """The link worker who asked."""
        return acting(self.worker, introduction, "send") or Actor(
            Who.REFERRER, user=self.worker, organization_id=self.team.id
        )

    def answers(self, introduction: Introduction) -> Actor:
        """The group worker who answers."""
        return Actor(Who.PROVIDER, user=self.group_worker, organization_id=introduction.organization_id)


def introduce(
    world: World, *, service: Service | None = None, person: Person | None = None, **options: Any
) -> Introduction:
    """A draft."""
    person, service = person or world.person, service or world.service
    by = Actor(Who.REFERRER, user=world.worker, organization_id=world.team.id)
    referral = sending.new_referral(
        person, Wanted(route="link-worker", needs=["loneliness"], reason="Company, and a reason to go out."), by=by,
        organization_id=world.team.id, user_id=world.worker.id,
    )  # fmt: skip
    return sending.to_service(referral, service, by=by, **options)


def _send(world: World, one: Introduction) -> None:
    held = consents.active(one.person_id, one.organization_id)
    held = held or consents.give(one.person, one.organization_id, Agreement(how="spoken"), by=world.worker)
    sending.send(one, held, by=world.asks(one))


def _report(one: Introduction) -> Given:
    report: dict[str, Any] = {**REPORT, "last_contact": clock.today().isoformat()}
    report["goals"] = {str(goal.id): "partly" for goal in one.person.goals}
    return Given(report=report)


STEPS: dict[str, Callable[[World, Introduction], object]] = {
    "ask_consent": lambda w, i: sending.ask_consent(i, by=w.asks(i)),
    "refuse": lambda w, i: sending.refuse(i, by=w.asks(i)),
    "send": _send,
    "open": lambda w, i: answering.see(i, by=w.answers(i)),
    "ask": lambda w, i: answering.ask(i, "Can they manage a gravel path?", by=w.answers(i)),
    "wait": lambda w, i: answering.wait(i, 3, by=w.answers(i), given=Given(person_agreed=True)),
    "accept": lambda w, i: answering.accept(i, by=w.answers(i)),
    "book": lambda w, i: visiting.book(i, clock.now() + timedelta(days=2), by=w.answers(i)),
    "attend": lambda w, i: visiting.attend(i, "attended", by=w.answers(i)),
    "pause": lambda w, i: visiting.pause(
        i, by=w.answers(i), given=Given(words="Away", review_on=clock.today() + timedelta(days=20))
    ),
    "complete": lambda w, i: ending.complete(i, by=w.answers(i), given=_report(i)),
    "end_early": lambda w, i: ending.end_early(i, by=w.answers(i), given=Given(reason="moved-away")),
    "not_start": lambda w, i: ending.not_start(i, by=w.answers(i), given=Given(reason="no-longer-wants")),
    "decline": lambda w, i: answering.decline(i, by=w.answers(i), given=Given(reason="no-capacity")),
    "redirect": lambda w, i: move(i, "redirect", by=w.answers(i), given=Given(target_id=_another(w, i).id)),
    "expire": lambda w, i: move(i, "expire", by=SYSTEM),
    "withdraw": lambda w, i: withdrawing.withdraw(i, by=w.asks(i), given=Given(reason="needs-met-elsewhere")),
    "mark_error": lambda w, i: ending.mark_error(i, by=w.asks(i), words="The wrong person."),
}  # fmt: skip
PATHS: dict[State, tuple[str, ...]] = {
    State.DRAFT: (),
    State.AWAITING_CONSENT: ("ask_consent",),
    State.PATIENT_DECLINED: ("ask_consent", "refuse"),
    State.SENT: ("send",),
    State.IN_REVIEW: ("send", "open"),
    State.INFO_REQUESTED: ("send", "open", "ask"),
    State.WAITING_LIST: ("send", "wait"),
    State.ACCEPTED: ("send", "accept"),
    State.BOOKED: ("send", "accept", "book"),
    State.IN_PROGRESS: ("send", "accept", "book", "attend"),
    State.PAUSED: ("send", "accept", "book", "attend", "pause"),
    State.COMPLETED: ("send", "accept", "book", "attend", "complete"),
    State.ENDED_EARLY: ("send", "accept", "book", "attend", "end_early"),
    State.NOT_STARTED: ("send", "accept", "not_start"),
    State.DECLINED: ("send", "decline"),
    State.REDIRECTED: ("send", "redirect"),
    State.EXPIRED: ("send", "expire"),
    State.WITHDRAWN: ("send", "withdraw"),
    State.ENTERED_IN_ERROR: ("mark_error",),
}


def _another(world: World, one: Introduction) -> Service:
    """Another service of the same group, which the person's agreement with it covers."""
    other = Service(name="Thursday Table", organization_id=world.group.id, joining=["drop_in"])
    db.session.add(other)
    db.session.flush()
    return other


def setting(service: Service, **columns: Any) -> ReferralSetting:
    """How a service takes referrals."""
    row = ReferralSetting(service_id=service.id, **columns)
    db.session.add(row)
    db.session.commit()
    return row
