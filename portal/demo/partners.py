"""Programmes of the demo, with partners, agreements, boards and decisions: made by the acts of the pages, on days of the past.

Some agreements are about to end, a review is late, a partner has closed, a lead led before. Made once; what is done since stays.
What partners did in past quarters is counted from the demo's year of activity, as the figures of insight are.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock, working_days
from portal.core.extensions import db
from portal.core.quarters import Quarter, quarter_of, this_quarter
from portal.demo.accounts import BODIES
from portal.demo.content import partners as told_partners
from portal.demo.rows import demo_id
from portal.insight.models import InsightFact
from portal.organisations.models import Organization
from portal.partners import actions, agreement_actions, board_actions, counting, keeping, raising
from portal.partners.actions import ProgrammeTold, RoleTold
from portal.partners.agreement_actions import AgreementTold
from portal.partners.board_actions import BoardTold, DecisionTold, SeatTold
from portal.partners.models import Agreement, Partner, Programme
from portal.referrals.clocks import clocks

HOMES = {"leicester": "leicester", "camden": "camden", "epsom-and-surrey-downs": "surrey"}
"""By the slug of a set: the part of the demo that its organisations are in."""


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    told = told_partners()
    made = [_Story(slug, told[slug], told["bodies"]).tell() for slug in HOMES]
    if any(made):
        db.session.flush()
        raising.look()
    return any(made)


def count() -> None:
    """Count what partners did in the quarters of the year of activity, once that is there: of the same made-up referrals."""
    days = select(InsightFact.day).where(InsightFact.source.startswith("demo:"), InsightFact.fact == "sent").distinct()
    told = {quarter_of(day) for day in db.session.scalars(days)}
    for quarter in counting.quarters_due():
        if quarter in told:
            counting.count_quarter(quarter, _of_the_year)


def _of_the_year(pairs: Sequence[counting.Pair], quarter: Quarter) -> Callable[[counting.Pair], Mapping[str, int]]:
    """Counts of a quarter from the facts of the year: to be answered is what was sent, by the clock of the network."""
    wanted = select(InsightFact).where(
        InsightFact.source.startswith("demo:"), InsightFact.fact.in_(("sent", "answered", "accepted", "visited")),
        InsightFact.organization.in_({organisation.hex for _area, organisation in pairs}),
    )  # fmt: skip
    on: dict[tuple[str, str, str], dict[str, date]] = defaultdict(dict)
    for one in db.session.scalars(wanted):
        on[one.area, one.organization, one.fact][one.person_key] = one.day
    allowed = clocks().remind_again

    def of(pair: counting.Pair) -> Mapping[str, int]:
        sent, answered, accepted, visited = (
            on[pair[0], pair[1].hex, fact] for fact in ("sent", "answered", "accepted", "visited")
        )
        by_day = {key: working_days.later(day, allowed) for key, day in sent.items()}
        due = [key for key, day in by_day.items() if quarter.first <= day <= quarter.last]
        return {
            "accepted": sum(quarter.first <= day <= quarter.last for day in accepted.values()),
            "begun": sum(quarter.first <= day <= quarter.last for day in visited.values()),
            "due": len(due), "in_time": sum(key in answered and answered[key] <= by_day[key] for key in due),
        }  # fmt: skip

    return of


class _Story:
    """One programme."""

    def __init__(self, slug: str, told: Mapping[str, Any], bodies: Mapping[str, str]) -> None:
        self.slug, self.told, self.bodies, self.now = slug, told, bodies, clock.now()
        self.key = f"demo-partners-of-{slug}"
        self.made = 0
        self.partners: dict[str, Partner] = {}

    def tell(self) -> bool:
        """Make it, unless it is there or nobody could keep it."""
        keeper = db.session.get(User, demo_id("account", self.told["keeper"]))
        if keeper is None or keeping.known(Programme, self.key) is not None:
            return False
        self.keeper, leads = keeper, self.told["leads"]
        first = self._day(self.told["begins"])
        about = ProgrammeTold(self.told["name"], self.slug, first, None, self.told["about"])
        with clock.freeze(self._moment(self.told["begins"])):
            self.programme = actions.start_programme(
                about, self._body(leads[0]["who"]), form_key=self.key, by="operator"
            )
        for one in leads[1:]:
            with clock.freeze(self._moment(one["from"])):
                actions.change_lead(
                    self.programme, self._body(one["who"]), self._day(one["from"]), by=keeper, form_key=self._next()
                )
        db.session.flush()
        db.session.refresh(self.programme)
        self.partners = {one.organization.name: one for one in self.programme.partners}
        for one in leads:
            lead = self.partners[one["who"]]
            actions.change_partner(lead, one["does"], version=lead.version, by=keeper)
        for one in self.told["partners"]:
            self._partner(one)
        for one in self.told["boards"]:
            self._board(one)
        return True

    def _partner(self, told: Mapping[str, Any]) -> None:
        first, *others = told["roles"]
        with clock.freeze(self._moment(first["from"])):
            made = actions.add_partner(
                self.programme,
                self._body(told["who"]),
                self._role(first),
                told["does"],
                form_key=self._next(),
                by=self.keeper,
            )
        self.partners[told["who"]] = made
        for role in others:
            with clock.freeze(self._moment(role["from"])):
                actions.add_role(made, self._role(role), form_key=self._next(), by=self.keeper)
        for paper in told.get("agreements", ()):
            self._agreement(made, paper)
        if "closed" in told:
            with clock.freeze(self._moment(told["closed"])):
                actions.close_partner(
                    made, self._day(told["closed"]), told["why"], version=made.version, by=self.keeper
                )

    def _agreement(self, partner: Partner, told: Mapping[str, Any]) -> None:
        paper = AgreementTold(
            kind=told["kind"], title=told["title"], reference=told.get("reference"), starts_on=self._day(told["from"]),
            ends_on=self._day(told["to"]) if "to" in told else None,
            review_on=self._day(told["review"]) if "review" in told else None,
        )  # fmt: skip
        with clock.freeze(self._moment(told["from"])):
            made = agreement_actions.add_agreement(partner, paper, form_key=self._next(), by=self.keeper)
        for organisation, name, job, days in told.get("signed", ()):
            agreement_actions.sign(
                made, self._body(organisation), name, job, self._day(days), form_key=self._next(), by=self.keeper
            )
        self._promise(made, told.get("promises", {}))

    def _promise(self, made: Agreement, told: Mapping[int, tuple[int, int]]) -> None:
        for back, (places, sessions) in told.items():
            quarter = this_quarter()
            for _step in range(-back):
                quarter = quarter.before
            amounts = {"places": places or None, "sessions": sessions or None}
            agreement_actions.promise(made, quarter.first, amounts, version=made.version, by=self.keeper)

    def _board(self, told: Mapping[str, Any]) -> None:
        with clock.freeze(self._moment(self.told["begins"])):
            about = BoardTold(told["name"], told["decides"])
            board = board_actions.add_board(self.programme, about, form_key=self._next(), by=self.keeper)
        for name, seat, organisation, first, *last in told["seats"]:
            body = self._body(organisation).id if organisation else None
            ends = self._day(last[0]) if last else None
            sits = SeatTold(name, seat, self._day(first), ends, body)
            board_actions.seat(board, sits, form_key=self._next(), by=self.keeper)
        for days, about_it in told["meetings"]:
            board_actions.meet(board, self._day(days), about_it, form_key=self._next(), by=self.keeper)
        db.session.flush()
        db.session.refresh(board)
        meetings = {one.held_on: one.id for one in board.meetings}
        known = {}
        for one in told["decisions"]:
            what = DecisionTold(
                title=one["title"], decided=one["decided"], why=one["why"], decided_on=self._day(one["day"]),
                proposed_by=one["by"], meeting_id=meetings.get(self._day(one["at"])) if "at" in one else None,
            )  # fmt: skip
            with clock.freeze(self._moment(one["day"])):
                known[one["title"]] = made = board_actions.decide(board, what, form_key=self._next(), by=self.keeper)
                if "instead_of" in one:
                    old = known[one["instead_of"]]
                    board_actions.withdraw(old, one["why"], made, version=old.version, by=self.keeper)

    def _role(self, told: Mapping[str, Any]) -> RoleTold:
        under = self.partners[told["under"]].id if "under" in told else None
        ends = self._day(told["to"]) if "to" in told else None
        return RoleTold(told["role"], self._day(told["from"]), ends, under)

    def _body(self, name: str) -> Organization:
        """One of the demo's organisations; one of our own is made where it is missing."""
        about = BODIES.get(name) or self.bodies.get(name)
        if about is None:
            return db.session.get_one(Organization, demo_id("organization", HOMES[self.slug], name))
        body_id = demo_id("organization", "body", name)
        found = db.session.get(Organization, body_id)
        if found is None:
            found = Organization(id=body_id, name=name, description=about)
            db.session.add(found)
            db.session.flush()
        return found

    def _next(self) -> str:
        """A key for one more form."""
        self.made += 1
        return f"{self.key}-{self.made:03}"

    def _day(self, days: int) -> date:
        return clock.local(self.now).date() + timedelta(days=days)

    def _moment(self, days: int) -> datetime:
        return self.now + timedelta(days=min(days, 0))
