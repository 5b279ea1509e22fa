"""Huddles of the demo's teams: two that are over and one that is due, with cases of which each organisation sees its own part.

That of one team is due on the day on which the demo is made, so that it can be run to its end.

Made once by the same acts as on the pages, with the clock held at each day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.demo.referring import moment, quieten
from portal.demo.rows import demo_id
from portal.demo.teams import TEAMS, DemoTeam, body_id, team_id
from portal.huddles import actions, cases, finishing
from portal.huddles.days import A_WEEK, usual_after, working_from
from portal.huddles.meeting import Meeting, meeting_at, members_of
from portal.huddles.models import HuddleCase
from portal.people import actions as people
from portal.people import consents
from portal.people.actions import About
from portal.people.consents import Agreement
from portal.people.models import Person
from portal.teams.models import Team

FIRST, SECOND = 0, 1
"""The two huddles that are over."""


@dataclass(frozen=True)
class Told:
    """What is noted of a case at a huddle. `actions`: what, whose (a kind of member), days after it; `done`: of those before."""

    texts: dict[str, str]
    actions: tuple[tuple[str, str, int], ...] = ()
    done: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """Somebody on the board. `shares`: kinds of members for whose organisations they agreed, beside the link workers.

    `about`: who it is, where the demo does not know them already. `at`: what was noted at each of the two huddles.
    """

    name: str
    why: str
    shares: tuple[str, ...]
    lead: str = "link-worker"
    about: dict[str, Any] | None = None
    at: tuple[Told | None, Told | None] = (None, None)
    safety: bool = False
    review: int | None = None


def _new(given: str, family: str, postcode: str, needs: tuple[str, ...], born: str = "1958-04-11") -> dict[str, Any]:
    return {
        "given_name": given, "family_name": family, "postcode": postcode, "needs": needs,
        "birth_date": date.fromisoformat(born), "contact": {"ways": ["phone"], "phone": "+447700900141", "voicemail": False},
        "access": {"language": "en"},
    }  # fmt: skip


HEATING = Told(
    {"situation": "Lives alone. Heating broken since the clocks went back.", "done_so_far": "Repair reported twice.",
     "this_week": "The landlord has not called back.", "next_steps": "Ask for a date in writing."},
    (("Ask the landlord for a repair date", "housing", 4), ("Take round a warm-home pack", "link-worker", 6)),
)  # fmt: skip
HEATING_AGAIN = Told(
    {"situation": "Lives alone. Heating broken since the clocks went back.",
     "done_so_far": "Repair reported twice. Pack taken round.",
     "this_week": "Still cold. The landlord says next month.", "next_steps": "Complaint to the council, with the person."},
    (), ("Take round a warm-home pack",),
)  # fmt: skip
RENT = Told(
    {"situation": "Behind with rent since spring.", "this_week": "Letter from the landlord came."},
    (("Go through the letters together", "housing", 10),),
)
VISITS = Told(
    {"situation": "Has missed two first visits.", "this_week": "Says the bus is the trouble."},
    (("Go along to the first visit", "link-worker", 14),),
)
FIRST_TALK = Told({"situation": "Met once.", "this_week": "Says what matters, and is not sure of groups."})
AGREED = Told({"this_week": "Agreed to one step."}, (("Phone to see how the first week was", "link-worker", 12),))
LETTERS = Told({"this_week": "Brought a bag of letters."}, (("Read the letters together", "housing", 9),))
BILLS = Told({"this_week": "Two red bills."}, (("Ask the supplier for a plan to pay", "money", 8),))
NO_STEP = Told({"this_week": "Was not at home."})
BOARDS: dict[str, tuple[Case, ...]] = {
    "leicester": (
        Case("Margit Kovari", "Cold home, and nobody to turn to", ("housing", "gp"), "housing", at=(HEATING, HEATING_AGAIN)),
        Case("Tobias Ogden", "Behind with rent", ("housing",), at=(None, RENT), review=5),
        Case("Ruby Nettleship", "Two falls, and out of the house less", ("gp",), at=(VISITS, None)),
        Case("Winifred Askew", "Home from hospital, and nobody there in the day", ("housing", "gp")),
        Case("Asha Sondhi", "Cares for her mother day and night", ("housing", "money"), at=(None, None)),
        Case("Jerome Bellamy", "Left college, and spends the days in bed", ("gp",), at=(FIRST_TALK, AGREED)),
        Case("Dilan Perwez", "New here, and needs an interpreter", ("housing",), at=(None, LETTERS), review=6),
        Case("Lorna Whitfield", "Wants to come off the waiting list", (), at=(FIRST_TALK, NO_STEP)),
        Case("Fergus Haining", "Bills come and he opens none of them", ("money", "gp"), "money", at=(None, BILLS), safety=True),
        Case("Samina Akbari", "Nobody at home who signs", ("gp", "housing"), at=(None, AGREED)),
        Case("Neville Crust", "No way to get to the clinic", ("gp",), at=(None, AGREED)),
        Case("Orla Finnegan", "New baby, and a flat that is too small", ("housing",), "housing", at=(NO_STEP, LETTERS)),
    ),
    "camden": (
        Case(
            "Leonie Sark", "Cold home, and nobody to turn to", ("housing",), "housing", at=(HEATING, HEATING_AGAIN),
            about=_new("Leonie", "Sark", "NW5 2TJ", ("energy", "loneliness")),
        ),
        Case(
            "Amos Petherick", "Behind with rent", ("housing", "money"), at=(None, RENT),
            about=_new("Amos", "Petherick", "NW5 1UH", ("debt",), "1983-08-30"),
        ),
        Case("Rhona Vickery", "Home on Friday, and nobody there", (), about=_new("Rhona", "Vickery", "NW1 8AB", ("home-help",))),
    ),
    "epsom": (
        Case(
            "Dorothea Munn", "Two falls, and out of the house less", ("community-nurse",), "community-nurse",
            at=(VISITS, None), about=_new("Dorothea", "Munn", "KT17 1TF", ("falls-frailty",), "1939-01-20"), safety=True,
        ),
        Case(
            "Clement Rudge", "Cold home, and nobody to turn to", ("money",), at=(HEATING, HEATING_AGAIN),
            about=_new("Clement", "Rudge", "KT19 8BT", ("energy",)),
        ),
        Case("Sybil Farrant", "Lost her husband in summer", (), about=_new("Sybil", "Farrant", "KT18 5AD", ("bereavement",))),
    ),
}  # fmt: skip


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    made = False
    for told in TEAMS:
        team = db.session.get(Team, team_id(told))
        is_new = team is not None and db.session.scalar(_cases(team).limit(1)) is None
        if is_new:
            _Story(told).tell()
            made = True
    if made:
        quieten()
    return made


class _Story:
    """The huddles of one team."""

    def __init__(self, told: DemoTeam) -> None:
        self.told = told
        self.leader = next(one for one in told.members if one.leads)
        self.worker = db.session.get_one(User, demo_id("account", self.leader.mailbox))
        self.people = {one.name: self._person(one) for one in BOARDS[told.key]}

    def tell(self) -> None:
        """Make them all."""
        due = self._due()
        days = [working_from(due - 2 * A_WEEK, "england"), working_from(due - A_WEEK, "england"), due]
        if days[SECOND] >= clock.today():  # a bank holiday between
            days = [one - A_WEEK for one in days[:2]] + [due]
        for number, day in enumerate(days[:2]):
            with clock.freeze(moment((clock.today() - day).days)):
                self._hold(number, day, days[number + 1])
        for case in BOARDS[self.told.key]:
            if case.at == (None, None):
                self._add(case, self._at(due))

    def _due(self) -> date:
        """The day of the huddle that is to come."""
        if self.told.weekday is None:
            return clock.today()
        return working_from(usual_after(clock.today(), self.told.weekday), "england")

    def _hold(self, number: int, day: date, following: date) -> None:
        at = self._at(day)
        actions.begin(at, by=self.worker)
        here = [one.id for one in members_of(at)][: 3 - number]
        actions.set_here(at, set(here), by=self.worker)
        for case in BOARDS[self.told.key]:
            if case.at[number] is not None:
                self._talk(case, self._at(day), case.at[number])
        finishing.finish(self._at(day), following, by=self.worker)
        db.session.flush()

    def _talk(self, case: Case, at: Meeting, told: Told | None) -> None:
        person = self.people[case.name]
        if db.session.scalar(select(HuddleCase.id).where(HuddleCase.person_id == person.id)) is None:
            self._add(case, at)
        opened = cases.case_for(self.worker, at, person.reference)
        if told is None:
            return
        texts = {name: told.texts.get(name) for name in cases.TEXTS}
        actions.write(at, opened, texts, seen=0, by=self.worker)
        for action in cases.open_actions(opened):
            if action.what in told.done:
                actions.end_action(at, opened, action, "done", by=self.worker)
        for what, kind, days in told.actions:
            owner = self._member(at, kind), None
            key = str(demo_id("huddle-action", at.team_id, at.day, case.name, what))
            due_on = at.day + timedelta(days=days)
            actions.add_action(at, opened, what, owner=owner, due_on=due_on, form_key=key, by=self.worker)
        db.session.flush()

    def _add(self, case: Case, at: Meeting) -> None:
        made = actions.add_case(
            at, self.people[case.name].id, why=case.why, lead_id=self._member(at, case.lead), has_safety=case.safety,
            form_key=str(demo_id("huddle-case", at.team_id, case.name)), by=self.worker,
        )  # fmt: skip
        made.review_on = at.day + timedelta(days=case.review) if case.review is not None else None
        db.session.flush()

    def _at(self, day: date) -> Meeting:
        return meeting_at(self.worker, self.told.places[0], day.isoformat())

    def _member(self, at: Meeting, kind: str) -> Any:
        return next((one.id for one in members_of(at) if one.kind == kind), None)

    def _person(self, case: Case) -> Person:
        """Who it is: somebody of the worker's whom the demo knows, or a new one; and with whom they agree to share."""
        team = body_id(self.leader.organisation)
        if case.about is None:
            mine = db.session.scalars(select(Person).where(Person.organization_id == team).order_by(Person.created_at))
            person = next(one for one in mine if one.name == case.name)
        else:
            with clock.freeze(moment(30)):
                person = people.new_person(
                    About(**case.about), by=self.worker, organization_id=team, worker_id=self.worker.id
                )
        with clock.freeze(moment(25)):
            for organization_id in (team, *self._sharing(case)):
                if consents.active(person.id, organization_id) is None:
                    consents.give(person, organization_id, Agreement(how="spoken"), by=self.worker, for_id=team)
        return person

    def _sharing(self, case: Case) -> list[Any]:
        return [body_id(one.organisation) for one in self.told.members if one.kind in case.shares]


def _cases(team: Team) -> Any:
    return select(HuddleCase.id).where(HuddleCase.team_id == team.id)
