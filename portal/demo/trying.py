"""Trials of the demo, in Leicester: a question that is asked now, words that are tried now, and one of each that is over.

Made once, with the answers, and with openings of listings in the weeks around them; what is answered since is added.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.demo.rows import demo_id
from portal.directory.counting import UsageCount
from portal.directory.models import Location, ServiceAtLocation
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.queries import codes_of
from portal.trials import figures
from portal.trials.models import Trial, TrialAnswer
from portal.trials.periods import Period, period_of

AREA = "leicester"
COORDINATOR = "team-coordinator"
QUESTION: dict[str, Any] = {
    "slot": "neighbourhood-question",
    "texts": {"en": "What would make it easier to go along?", "cy": "Beth fyddai’n ei gwneud yn haws mynd?"},
    "answers": {
        "en": ["Somebody to go with", "A lift", "A time after work", "Nothing, I go already"],
        "cy": ["Rhywun i fynd gyda mi", "Lifft", "Amser ar ôl gwaith", "Dim byd, rwy’n mynd yn barod"],
    },
    "hope": "We learn what keeps people away. If it is going alone, we ask the groups for somebody who meets people at the door.",
    "measure": "opens",
}
WORDS: dict[str, Any] = {
    "slot": "link-worker-line",
    "texts": {
        "en": "Not sure where to start? A link worker listens first, and then finds something near you with you. It is free."
    },
    "hope": "More people ask for a link worker if we say what one does rather than where one sits.",
    "measure": "asks",
}
OVER: dict[str, Any] = {
    "slot": "listing-line",
    "texts": {"en": "New here? Ring first, and somebody will meet you at the door."},
    "hope": "More people look at what there is if they read that somebody waits for them.",
    "measure": "opens",
    "learned": "Listings were opened more often here, not elsewhere. We try it in a second neighbourhood before we believe it.",
}
ANSWERED = (31, 12, 22, 5)
"""How often each answer was given; the last too seldom to be told."""
OPENED = 7
"""Periods of openings, up to the one before this."""
OVER_SINCE = 5
"""So many periods ago began those that are over: what they are compared with ends before figures of the groups' desks begin."""


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    area = db.session.scalar(select(NeighbourhoodSet).where(NeighbourhoodSet.slug == AREA))
    if area is None or len(area.neighbourhoods) < 3 or db.session.get(Trial, demo_id("trial", "question")) is not None:
        return False
    hoods = sorted(area.neighbourhoods, key=lambda one: (one.name, str(one.id)))
    now = period_of(clock.today())
    _trial("question", hoods[0], QUESTION, now.earlier(1), now)
    _trial("words", hoods[1], WORDS, now, now.earlier(-1))
    over = (now.earlier(OVER_SINCE), now.earlier(OVER_SINCE - 1))
    _trial("asked", hoods[1], QUESTION, *over)
    _trial("over", hoods[2], OVER, *over)
    db.session.flush()
    _answer("question", now.earlier(1))
    _answer("asked", over[0])
    _open(hoods, over)
    db.session.flush()
    figures.count()
    return True


def _trial(key: str, hood: Neighbourhood, told: dict[str, Any], first: Period, last: Period) -> None:
    coordinator = db.session.get(User, demo_id("account", COORDINATOR))
    began = (clock.today() - first.first).days
    db.session.add(
        Trial(
            id=demo_id("trial", key), neighbourhood_id=hood.id, area=AREA, starts_on=first.first, ends_on=last.last,
            made_by_id=coordinator.id if coordinator else None, made_at=clock.now() - timedelta(days=began + 5), **told,
        )
    )  # fmt: skip


def _answer(key: str, period: Period) -> None:
    for place, count in enumerate(ANSWERED, 1):
        by_day: dict[int, int] = {}
        for turn in range(count):
            after = (turn * 5 + place) % 21
            by_day[after] = by_day.get(after, 0) + 1
        for after, some in by_day.items():
            day = period.first + timedelta(days=after)
            db.session.add(TrialAnswer(trial_id=demo_id("trial", key), day=day, answer=place, count=some))


def _open(hoods: Sequence[Neighbourhood], tried: tuple[Period, ...]) -> None:
    """Openings of a listing of every neighbourhood; more of them in the third while its trial ran."""
    now = period_of(clock.today())
    kept = select(UsageCount.day, UsageCount.key).where(UsageCount.kind == "viewed")
    known = {(day, key) for day, key in db.session.execute(kept)}
    for place, hood in enumerate(hoods):
        there = select(ServiceAtLocation.service_id).join(Location).where(
            Location.privacy != "hidden", Location.neighbourhood_code.in_(sorted(codes_of(hood)))
        )  # fmt: skip
        key = str(db.session.scalar(there.order_by(ServiceAtLocation.service_id).limit(1)) or "")
        for period in (now.earlier(back) for back in range(1, OPENED + 1)):
            for after in range(28) if key else ():
                day = period.first + timedelta(days=after)
                count = (after * 3 + place * 5) % 4 + (2 if place == 2 and period in tried else 0)
                if count and (day, key) not in known:
                    db.session.add(UsageCount(day=day, kind="viewed", key=key, count=count))
