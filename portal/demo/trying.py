"""Trials of the demo, in Leicester: a question that is asked now, words that are tried now, and one that is over.

Made once, with the answers and the searches of the weeks around them; what is answered since is added.
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
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.queries import codes_of
from portal.trials.models import Trial, TrialAnswer

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
    "measure": "searches",
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
    "slot": "search-label",
    "texts": {"en": "What would help you today?"},
    "hope": "A softer question brings more searches.",
    "measure": "searches",
    "learned": "Searches went up here and not elsewhere. We try it in a second neighbourhood before we believe it.",
}
ANSWERED = (31, 12, 22, 5)
"""How often each answer was given; the last too seldom to be told."""
DAYS = 90


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    area = db.session.scalar(select(NeighbourhoodSet).where(NeighbourhoodSet.slug == AREA))
    if area is None or len(area.neighbourhoods) < 3 or db.session.get(Trial, demo_id("trial", "question")) is not None:
        return False
    hoods = sorted(area.neighbourhoods, key=lambda one: (one.name, str(one.id)))
    _trial("question", hoods[0], QUESTION, began=24, lasts=42)
    _trial("words", hoods[1], WORDS, began=10, lasts=35)
    _trial("over", hoods[2], OVER, began=50, lasts=28)
    db.session.flush()
    _answer()
    _search(hoods, began=50, lasts=28)
    return True


def _trial(key: str, hood: Neighbourhood, told: dict[str, Any], *, began: int, lasts: int) -> None:
    coordinator = db.session.get(User, demo_id("account", COORDINATOR))
    first = clock.today() - timedelta(days=began)
    db.session.add(
        Trial(
            id=demo_id("trial", key), neighbourhood_id=hood.id, area=AREA, starts_on=first,
            ends_on=first + timedelta(days=lasts - 1), made_by_id=coordinator.id if coordinator else None,
            made_at=clock.now() - timedelta(days=began + 5), **told,
        )
    )  # fmt: skip


def _answer() -> None:
    today = clock.today()
    for place, count in enumerate(ANSWERED, 1):
        by_day: dict[int, int] = {}
        for turn in range(count):
            back = 2 + (turn * 5 + place) % 21
            by_day[back] = by_day.get(back, 0) + 1
        for back, some in by_day.items():
            day = today - timedelta(days=back)
            db.session.add(TrialAnswer(trial_id=demo_id("trial", "question"), day=day, answer=place, count=some))


def _search(hoods: Sequence[Neighbourhood], *, began: int, lasts: int) -> None:
    """Searches of three months near every neighbourhood; more of them near the third while its trial ran."""
    today = clock.today()
    kept = select(UsageCount.day, UsageCount.key).where(UsageCount.kind == "searched")
    known = {(day, key) for day, key in db.session.execute(kept)}
    for place, hood in enumerate(hoods):
        code = min((one for one in codes_of(hood) if one.startswith(("E02", "W02"))), default=None)
        if code is None:
            continue
        for back in range(1, DAYS):
            is_tried = place == 2 and began - lasts < back <= began
            count = (back * 3 + place * 5) % 4 + (2 if is_tried else 0)
            day = today - timedelta(days=back)
            if count and (day, code) not in known:
                db.session.add(UsageCount(day=day, kind="searched", key=code, count=count))
