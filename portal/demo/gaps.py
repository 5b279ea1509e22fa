"""Gaps that the demo's teams tell of: some cleared by who looks after the area, some that wait, one kept in."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.demo.referring import moment
from portal.demo.rows import demo_id
from portal.demo.teams import TEAMS, DemoTeam, team_id
from portal.geography.models import Neighbourhood
from portal.huddles import gap_clearing, gaps
from portal.huddles.gap_models import HuddleGap
from portal.huddles.gaps import Told, Where
from portal.huddles.models import HuddleCase
from portal.teams.models import Team
from portal.voice.clearing import Decision

KEPT_IN = ""


@dataclass(frozen=True)
class Gap:
    """One gap, days ago. `shown`: what a moderator let be shown; "" where they kept it in, None where it waits."""

    days: int
    need: str
    words: str | None = None
    shown: str | None = None
    of_a_case: bool = False
    at: int = 0


SAID: dict[str, tuple[Gap, ...]] = {
    "leicester": (
        Gap(24, "physical-activity", "Evening exercise without steps", "Evening exercise without steps"),
        Gap(17, "english-language", "English in the evening, with somebody for the children", at=1),
        Gap(
            10,
            "transport",
            "A lift home from the day centre after four",
            "A lift home in the late afternoon",
            of_a_case=True,
        ),
        Gap(3, "benefits", "Help with forms in Polish", at=2),
        Gap(3, "housing"),
    ),
    "camden": (
        Gap(19, "older-social", "Lunch on a Sunday", "Lunch on a Sunday"),
        Gap(12, "home-help", "Somebody to change light bulbs", at=1),
        Gap(5, "counselling", "Somebody to talk to for one man who will not go to a group", KEPT_IN),
    ),
    "epsom": (
        Gap(
            21,
            "falls-frailty",
            "Strength and balance that starts after ten",
            "Strength and balance that starts after ten",
        ),
        Gap(13, "transport", "A bus to the hospital from Ewell", at=1),
        Gap(6, "bereavement", "Company in the week after a funeral", of_a_case=True),
    ),
}
"""By team."""


def ensure() -> bool:
    """Put them in where they are missing. True where anything was made. The caller commits."""
    made = False
    for told in TEAMS:
        team = db.session.get(Team, team_id(told))
        if team is not None and not db.session.scalar(select(exists().where(HuddleGap.team_id == team.id))):
            for number, gap in enumerate(SAID[told.key]):
                _tell(told, team, number, gap)
            made = True
    return made


def _tell(told: DemoTeam, team: Team, number: int, gap: Gap) -> None:
    leader = next(one for one in told.members if one.leads)
    by = db.session.get_one(User, demo_id("account", leader.mailbox))
    place = db.session.scalars(select(Neighbourhood).where(Neighbourhood.slug == told.places[gap.at])).one()
    cases = (
        select(HuddleCase.person_id).where(HuddleCase.team_id == team.id).order_by(HuddleCase.created_at, HuddleCase.id)
    )
    person_id = db.session.scalar(cases.limit(1)) if gap.of_a_case else None
    key = f"demo-gap-{told.key}-{number}"
    with clock.freeze(moment(gap.days)):
        made = gaps.report(Told(gap.need, gap.words, key), Where(team.id, place.id), person_id=person_id, by=by)
        if gap.shown is not None:
            gap_clearing.decide(made.id, Decision(gap.shown or None), _clearer(told))


def _clearer(told: DemoTeam) -> User:
    """The moderator of the area."""
    mailbox = {"leicester": "moderator"}.get(told.key, f"moderator-{told.key}")
    return db.session.get_one(User, demo_id("account", mailbox))
