"""People of the demo who are referred, and introductions in every state: made by the same acts as in life, on days of the past.

Made once, before anything serves, with the clock held at each day; what happened to it since is left alone.
"""

from collections import Counter
from collections.abc import Callable, Container, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.demo.content import referred
from portal.demo.rows import demo_id
from portal.directory.models import Attribute, Service, TaxonomyTerm
from portal.directory.space import space_of
from portal.handover.models import SignpostCount
from portal.measures.actions import Taken, record
from portal.measures.queries import is_measured
from portal.measures.words import NOT_USED
from portal.notifications.models import OutboxMessage
from portal.organisations.models import Organization
from portal.people import actions as people
from portal.people import consents
from portal.people.actions import About
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.referrals import answering, ending, sending, visiting, withdrawing
from portal.referrals.actors import SYSTEM, Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, LinkTeam, ReferralSetting
from portal.referrals.moving import move
from portal.referrals.sending import Wanted
from portal.referrals.states import TO_ANSWER, State
from portal.referrals.transitions import Who

TEAM, PRACTICE = "Wharfside Link Workers", "Tannery Row Surgery"
REFERRER, WORKER = "referrer", "link-worker"
TEAM_PHONE = "0116 496 0145"
AREA = "leicester"
"""Of the team, and of the coordinator who hears its flags."""
FIRST_GROUPS = (
    "Larkfield Social Club",
    "Evington Good Company",
    "Larkfield Bereavement Circle",
    "Saffron Brook Growers",
)
"""Of several that could help, these are chosen first: the demo's group workers answer for them."""
NOON = time(12, 0)
HOUR = timedelta(hours=1)
LEAFLETS = 34
EXAMPLE_QUESTIONS = ["Will you need a lift home?"]


class Story:
    """One person of the demo, and the acts that make up what became of them."""

    def __init__(self, told: Mapping[str, Any], team: Organization, practice: Organization) -> None:
        self.told, self.team, self.practice = told, team, practice
        self.worker, self.referrer = _user(told.get("worker") or WORKER), _user(REFERRER)
        self.person: Person | None = None

    @property
    def asks(self) -> Actor:
        """The link worker who asks."""
        return Actor(Who.REFERRER, user=self.worker, organization_id=self.team.id)

    def tell(self) -> None:
        """Make it all."""
        first = max([_days(line) for one in self._introductions for line in one["then"]] + [self._handed_over(), 1]) + 1
        with clock.freeze(moment(first)):
            self.person = self._somebody()
        if "from" in self.told:
            self._hand_over(self.told["from"])
        for line in self.told.get("contacts", ()):
            self._contact(line)
        for line in self.told.get("measures", ()):
            self._measure(line)
        for one in self._introductions:
            self._introduce(one)
        if "flag" in self.told:
            self._flag(str(self.told["flag"]))
        self._plan()

    @property
    def _introductions(self) -> list[Mapping[str, Any]]:
        return list(self.told.get("introductions", ()))

    def _handed_over(self) -> int:
        return int(self.told.get("from", {}).get("days", 0))

    def _somebody(self) -> Person:
        told = self.told
        given, _space, family = str(told["name"]).partition(" ")
        contact = {key: told[key] for key in ("ways", "phone", "email", "address", "voicemail") if key in told}
        if "best" in told:
            contact["best_times"] = told["best"]
        access = {
            "language": told.get("language", "en"), "interpreter": bool(told.get("interpreter")),
            "formats": told.get("formats", []), "getting_in": told.get("getting_in", []),
            "asked_on": (clock.today() - timedelta(days=30)).isoformat(),
        }  # fmt: skip
        waits = bool(told.get("from", {}).get("waits"))
        person = people.new_person(
            About(
                given_name=given, family_name=family, preferred_name=told.get("called"), nhs_number=told.get("number"),
                birth_date=date.fromisoformat(str(told["born"])), postcode=told["at"], contact=contact, access=access,
                needs=tuple(told["needs"]), what_matters=told.get("matters"),
            ),
            by=self.referrer if waits else self.worker, organization_id=None if waits else self.team.id,
            worker_id=None if waits else self.worker.id,
        )  # fmt: skip
        if "safety" in told:
            details = {"risk_to_worker": None, "lone_visit": "alone", "triggers": told["safety"]}
            people.change(person, "risk", {"details": details}, by=self.worker, version=person.version)
        for goal in told.get("goals", ()):
            people.add_goal(person, goal, by=self.worker)
        consents.give(person, self.team.id, Agreement(how="spoken"), by=self.referrer)
        scopes = (*consents.TO_INTRODUCE, "outcomes")
        consents.give(person, self.practice.id, Agreement(how="spoken", scopes=scopes), by=self.referrer)
        return person

    def _hand_over(self, told: Mapping[str, Any]) -> None:
        assert self.person is not None
        by = Actor(Who.REFERRER, user=self.referrer, organization_id=self.practice.id)
        with clock.freeze(moment(int(told["days"]))):
            number, born = self.told.get("number"), str(self.told["born"])
            typed = {"name": self.told["name"], "nhs_number": number, "birth_date": born}
            wanted = Wanted(route="clinician", needs=self.told["needs"], reason=told["reason"], told=typed)
            referral = sending.new_referral(
                self.person, wanted, by=by, organization_id=self.practice.id, user_id=self.referrer.id
            )
            made = sending.to_team(referral, self.team.id, by=by)
            sending.send(made, sending.agreement_with(self.person, self.team.id), by=by)
        self._answer(made, told)

    def _answer(self, made: Introduction, told: Mapping[str, Any]) -> None:
        """What the team said to a handover, and how it went on."""
        answers = Actor(Who.PROVIDER, user=self.worker, organization_id=self.team.id)
        days = int(told["days"])
        with clock.freeze(moment(max(days - 1, 0)) + HOUR):
            if "asks" in told:
                answering.ask(made, told["asks"], by=answers)
            elif "declines" in told:
                answering.decline(made, by=answers, given=Given(reason=told["declines"]))
            elif not told.get("waits"):
                answering.accept(made, by=answers)
        if State(made.state) is State.ACCEPTED and self.told.get("contacts"):
            with clock.freeze(moment(max(days - 2, 0)) + HOUR):
                visiting.start(made, by=answers)
        if "ends" in told:
            ago, result = str(told["ends"]).split()
            with clock.freeze(moment(int(ago))):
                report = self._report(result) | {"goals": {str(goal.id): result for goal in made.person.goals}}
                ending.complete(made, by=answers, given=Given(report=report))

    def _contact(self, line: str) -> None:
        assert self.person is not None
        days, mode, outcome, minutes, note = [*line.split(" ", 4), "", ""][:5]
        with clock.freeze(moment(int(days)) + 2 * HOUR):
            people.note_contact(
                self.person, at=clock.now(), mode=mode, outcome=outcome, by=self.worker, organization_id=self.team.id,
                minutes=int(minutes) if minutes else None, note=note or None,
            )  # fmt: skip

    def _measure(self, line: str) -> None:
        """The four questions of the ONS on wellbeing, some days ago."""
        assert self.person is not None
        days, *answers = line.split()
        with clock.freeze(moment(int(days)) + 2 * HOUR):
            given = dict(zip(("satisfied", "worthwhile", "happy", "anxious"), answers, strict=True))
            point = "during" if is_measured(self.person.id, "before") else "before"
            key = f"demo-{self.person.reference}-{days}-{'-' * 20}"
            record(self.person, Taken("ons4", given, point, "together", key), by=self.worker)

    def _introduce(self, told: Mapping[str, Any]) -> None:
        assert self.person is not None
        service = service_for(str(told["to"]), self.person)
        if service is None:
            return
        made: Introduction | None = None
        for number, line in enumerate(told["then"]):
            days, act, *rest = line.split(" ", 2)
            with clock.freeze(moment(int(days)) + number * timedelta(minutes=10)):
                if made is None:
                    made = self._draft(service)
                self._act(made, act, rest[0] if rest else "")

    def _draft(self, service: Service) -> Introduction:
        assert self.person is not None
        wanted = Wanted(
            route="link-worker", needs=self.told["needs"], reason=self.told.get("matters") or "Company, and a reason to go out.",
            what_matters=self.told.get("matters"),
        )  # fmt: skip
        referral = sending.new_referral(
            self.person, wanted, by=self.asks, organization_id=self.team.id, user_id=self.worker.id
        )
        return sending.to_service(referral, service, by=self.asks, happy_to_wait=True)

    def _act(self, made: Introduction, act: str, rest: str) -> None:
        group = Actor(Who.PROVIDER, channel="e-mail-link", organization_id=made.organization_id)
        acts: dict[str, Callable[[], object]] = {
            "draft": lambda: None,
            "ask_consent": partial(sending.ask_consent, made, by=self.asks),
            "refuse": partial(sending.refuse, made, by=self.asks),
            "send": partial(self._send, made),
            "see": partial(answering.see, made, by=group),
            "ask": partial(answering.ask, made, rest, by=group),
            "wait": lambda: answering.wait(made, int(rest), by=group, given=Given(person_agreed=True)),
            "accept": partial(answering.accept, made, by=group),
            "decline": partial(answering.decline, made, by=group, given=Given(reason=rest)),
            "redirect": partial(self._pass_on, made, rest, group),
            "expire": partial(move, made, "expire", by=SYSTEM, given=Given(reason="no-answer")),
            "book": lambda: visiting.book(made, moment(int(rest), at=time(14, 0)), by=group),
            "attend": partial(visiting.attend, made, rest, by=group),
            "start": partial(visiting.start, made, by=group),
            "pause": lambda: visiting.pause(
                made, by=group, given=Given(words="Away for a while", review_on=_day(int(rest)))
            ),
            "complete": lambda: ending.complete(made, by=group, given=Given(report=self._report(rest))),
            "act_on": partial(ending.act_on, made),
            "end_early": partial(ending.end_early, made, by=group, given=Given(reason=rest)),
            "not_start": partial(ending.not_start, made, by=group, given=Given(reason=rest)),
            "withdraw": partial(withdrawing.withdraw, made, by=self.asks, given=Given(reason=rest)),
            "mark_error": partial(ending.mark_error, made, by=self.asks, words="Meant for somebody else."),
        }
        acts[act]()

    def _send(self, made: Introduction) -> None:
        assert self.person is not None
        agreement = consents.active(self.person.id, made.organization_id) or consents.give(
            self.person, made.organization_id, Agreement(how="spoken"), by=self.worker, for_id=self.team.id
        )
        sending.send(made, agreement, by=self.asks)

    def _pass_on(self, made: Introduction, need: str, group: Actor) -> None:
        assert self.person is not None
        target = service_for(need, self.person)
        if target is None:
            return
        if consents.active(self.person.id, target.organization_id) is None:
            consents.give(self.person, target.organization_id, Agreement(how="spoken"), by=self.worker)
        answering.redirect(made, target.id, by=group)

    def _report(self, result: str) -> dict[str, Any]:
        return {"result": result, "last_contact": clock.today().isoformat(), "why_no_measure": NOT_USED}

    def _flag(self, line: str) -> None:
        """A word to the coordinator of the area, some days ago."""
        assert self.person is not None
        days, _space, why = line.partition(" ")
        with clock.freeze(moment(int(days)) + 2 * HOUR):
            people.flag(self.person, AREA, why, by=self.worker)
            db.session.flush()

    def _plan(self) -> None:
        assert self.person is not None
        if (told := self.told.get("next")) is None:
            return
        at = time.fromisoformat(told["at"]) if "at" in told else None
        people.set_next_step(
            self.person, told["step"], clock.today() + timedelta(days=int(told["in"])), at, by=self.worker
        )


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    team, practice = (db.session.get(Organization, demo_id("organization", "body", name)) for name in (TEAM, PRACTICE))
    if team is None or practice is None or db.session.get(LinkTeam, team.id) is not None:
        return False
    db.session.add(
        LinkTeam(
            organization_id=team.id,
            areas=["leicester"],
            practices=[str(practice.id)],
            phone=TEAM_PHONE,
            calls_within_days=5,
        )
    )
    db.session.flush()
    for told in referred():
        Story(told, team, practice).tell()
    _leaflets(practice)
    quieten()
    _ask_a_question()
    return True


def _leaflets(practice: Organization) -> None:
    """What the practice has given out this month."""
    first = clock.today().replace(day=1)
    days = [first + timedelta(days=number) for number in range(clock.today().day)]
    given = Counter(days[number % len(days)] for number in range(LEAFLETS))
    for day, count in given.items():
        db.session.add(SignpostCount(day=day, organization_id=practice.id, kind="leaflet", key="", count=count))


def _user(mailbox: str) -> User:
    return db.session.get_one(User, demo_id("account", mailbox))


def service_for(need: str, person: Person, area: str = AREA, *, without: Container[UUID] = ()) -> Service | None:
    """An open listing of an area for this need, new to the person and none of `without`; of known group workers first."""
    taken = select(Introduction.service_id).where(
        Introduction.person_id == person.id, Introduction.service_id.is_not(None)
    )
    rows = db.session.scalars(
        select(Service)
        .join(Attribute, Attribute.link_id == Service.id)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .where(TaxonomyTerm.term == need, Service.status == "active", Service.withdrawn_at.is_(None))
        .where(Service.merged_into_id.is_(None), Service.id.not_in(taken))
        .order_by(Service.id)
    ).unique()
    fitting = [
        one
        for one in rows
        if one.id not in without and space_of(one).state not in {"full", "paused"} and _is_of(one, area)
    ]
    names = {
        one.id: FIRST_GROUPS.index(one.organization.name) if one.organization.name in FIRST_GROUPS else 9
        for one in fitting
    }
    return min(fitting, key=lambda one: (names[one.id], one.name), default=None)


def _is_of(service: Service, area: str) -> bool:
    return service.organization_id == demo_id("organization", area, service.organization.name)


def quieten() -> None:
    """What the past would have written to people was read long ago."""
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.created_at < clock.now() - timedelta(minutes=5)))
    db.session.execute(
        delete(Job).where(Job.name.like("notifications.%"), Job.created_at < clock.now() - timedelta(minutes=5))
    )


def _ask_a_question() -> None:
    """One listing counts its places and asks a question."""
    wanted = (
        select(Introduction).where(Introduction.state.in_([State.ACCEPTED.value, *TO_ANSWER])).order_by(Introduction.id)
    )
    for one in db.session.scalars(wanted.limit(1)):
        if one.service_id is not None:
            db.session.add(ReferralSetting(service_id=one.service_id, questions=EXAMPLE_QUESTIONS, places=4))


def _days(line: str) -> int:
    return int(line.split(" ", 1)[0])


def _day(ahead: int) -> date:
    """So many days from now, whatever day the clock is held at."""
    return moment(-ahead).date()


def moment(days: int, *, at: time = NOON) -> datetime:
    """So many days ago, at noon or at another time, whatever day the clock is held at."""
    return clock.local(datetime.now(UTC)).replace(hour=at.hour, minute=at.minute, second=0, microsecond=0) - timedelta(
        days=days
    )
