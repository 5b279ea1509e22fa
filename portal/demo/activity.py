"""A year of made-up activity in the three areas: facts behind which stands nobody, summed and published as real ones are.

Always the same for the day on which it is first loaded. Neighbourhoods differ, and one of each area has few people, so that small
numbers are there to be hidden.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import exists, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter, quarter_of
from portal.demo.rows import SETS
from portal.geography.models import NeighbourhoodSet
from portal.geography.queries import sets_in_order
from portal.insight import gauges, grounds, noting, publishing
from portal.insight.models import InsightFact

QUARTERS = 4
BUSIEST, QUIETEST, STEP = 150, 4, 16
"""People of a neighbourhood for whom a referral is sent in a quarter, and by how many they are fewer in the next."""
GAUGES_GREW = 0.9
"""A quarter earlier there were so many of the listings."""
NEEDS = {
    "loneliness": 22, "debt": 18, "bereavement": 12, "physical-activity": 11, "carers": 9, "benefits": 9, "food": 7,
    "low-mood-worry": 7, "baby-parenting": 3, "sight-hearing": 2,
}  # fmt: skip
REASONS = {
    "no-capacity": 44, "not-funded": 15, "out-of-area": 12, "not-eligible": 12, "no-contact": 8, "no-longer-wants": 6, "other": 3,
}  # fmt: skip
AGES = {"65-over": 40, "50-64": 20, "26-49": 24, "18-25": 10, "16-17": 2, "under-16": 1, "": 3}
ACCESS = {"none": 50, "getting-in": 16, "interpreter": 8, "formats": 5, "other": 3, "several": 3, "-": 15}
LANGUAGES = {
    "leicester": {"en": 66, "gu": 14, "pa": 6, "ur": 5, "pl": 4, "so": 3, "bfi": 1, "hi": 1},
    "camden": {"en": 68, "bn": 12, "so": 7, "ar": 5, "pt": 4, "bfi": 1, "fr": 3},
    "epsom-and-surrey-downs": {"en": 90, "pl": 4, "ro": 2, "uk": 2, "bfi": 1, "zh": 1},
}
ANSWERED, ACCEPTED, CAME, FINISHED = 0.94, 0.68, 0.8, 0.55
"""Shares of those before them."""
HARD_TO_MEET = {"debt": 0.35, "loneliness": 0.55}
"""Shares who are accepted for needs that groups are short of."""


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    if db.session.scalar(select(exists().where(InsightFact.source.startswith("demo:")))):
        return False
    sets = [cut for cut in sets_in_order() if cut.slug in SETS]
    read = list(gauges.readings(SETS)) if sets else []
    for cut in sets:
        for ago, quarter in enumerate(_quarters()):
            if grounds.is_valid_in(cut, quarter):
                noting.add(_Quarter(cut, quarter).facts())
                noting.add(_heights(cut, quarter, ago, read))
    for quarter in reversed(_quarters()):
        for cut in sets:
            if grounds.is_valid_in(cut, quarter):
                publishing.publish(cut, quarter)
    return bool(sets)


def _quarters() -> list[Quarter]:
    """The last that may be published by now, newest first."""
    quarter = quarter_of(clock.today())
    while not quarter.is_due:
        quarter = quarter.before
    found = [quarter]
    while len(found) < QUARTERS:
        found.append(found[-1].before)
    return found


def _heights(cut: NeighbourhoodSet, quarter: Quarter, ago: int, read: Sequence[noting.Row]) -> Iterator[noting.Row]:
    """How much there was at the end of a quarter: what there is now, and less the longer ago."""
    day = quarter.after - timedelta(days=1)
    for row in read:
        if row["area"] == cut.slug:
            count = round(row["count"] * GAUGES_GREW**ago)
            yield {**row, "source": f"demo:gauge:{day}:{row['place']}", "day": day, "count": count}


class _Quarter:
    """One quarter of one area."""

    def __init__(self, cut: NeighbourhoodSet, quarter: Quarter) -> None:
        self.cut, self.quarter = cut, quarter
        self.chance = random.Random(f"{cut.slug} {quarter.slug}")
        self.groups = [one.id.hex for one in publishing.groups_in(grounds.codes_in(cut, quarter))] or [""]
        self.days = (quarter.after - quarter.first).days
        self.turn = 0

    def facts(self) -> Iterator[noting.Row]:
        places = grounds.places_in(self.cut, self.quarter)
        for number, place in enumerate(places):
            is_quiet = number == len(places) - 1
            most = QUIETEST if is_quiet else BUSIEST - STEP * (number % 7)
            for _turn in range(self.chance.randrange(most // 2, most + 1)):
                yield from self._person(place.id.hex)
            yield from self._counts(place.id.hex, most)

    def _person(self, place: str) -> Iterator[noting.Row]:
        """From being sent to the end, or as far as it went within the quarter."""
        chance, about = self.chance, self._about(place)
        day = self._day()
        yield self._row("sent", day, about)
        if chance.random() > ANSWERED:
            return
        waited = chance.choice((0, 1, 1, 2, 2, 3, 4, 5, 7, 9))
        day += timedelta(days=waited)
        yield self._row("answered", day, about, days=waited)
        if chance.random() > HARD_TO_MEET.get(about["first_need"], ACCEPTED):
            reason = self._pick(REASONS)
            for need in (
                sorted({about["first_need"], self._pick(NEEDS)}) if chance.random() < 0.3 else [about["first_need"]]
            ):
                yield self._row("declined", day, about, need=need, reason=reason)
            return
        yield self._row("accepted", day, about)
        if chance.random() > CAME:
            return
        until_visit = chance.choice((2, 3, 5, 6, 7, 8, 10, 13, 17, 24))
        yield self._row("visited", day + timedelta(days=until_visit), about, days=waited + until_visit)
        if chance.random() < FINISHED:
            yield self._row("finished", day + timedelta(days=until_visit + 20 + chance.randrange(30)), about)

    def _counts(self, place: str, most: int) -> Iterator[noting.Row]:
        """Searches, leaflets, forms and gaps, of nobody known."""
        chance, where = self.chance, {"area": self.cut.slug, "place": place}
        for week in range(self.days // 7):
            day = self.quarter.first + timedelta(days=7 * week + chance.randrange(7))
            searched = chance.randrange(most // 2, most + 2)
            yield self._row("searched", day, where, count=searched)
            if chance.random() < searched / BUSIEST:
                yield self._row("unfound", day, where, need=self._pick(NEEDS))
            yield self._row("signposted", day, where, count=chance.randrange(1, most))
            if chance.random() < 0.5:
                yield self._row("told", day, where, need=self._pick(NEEDS))
            if chance.random() < 0.4:
                yield self._row("gap", day, {**where, "person_key": self._key()}, need=self._pick(NEEDS))

    def _about(self, place: str) -> dict[str, Any]:
        key = self._key()
        return {
            "area": self.cut.slug, "place": place, "organization": self.chance.choice(self.groups), "person_key": key,
            "subject_key": key, "age": self._pick(AGES), "access": self._pick(ACCESS),
            "language": self._pick(LANGUAGES[self.cut.slug]), "first_need": self._pick(NEEDS),
        }  # fmt: skip

    def _row(self, fact: str, day: date, about: dict[str, Any], **more: Any) -> noting.Row:
        self.turn += 1
        told = {name: value for name, value in about.items() if name != "first_need"}
        return {
            **told,
            "source": f"demo:{self.cut.slug}:{self.quarter.slug}:{self.turn}",
            "fact": fact,
            "day": day,
            **more,
        }

    def _day(self) -> date:
        return self.quarter.first + timedelta(days=self.chance.randrange(self.days))

    def _key(self) -> str:
        self.turn += 1
        return sha256(f"{self.cut.slug} {self.quarter.slug} {self.turn}".encode()).hexdigest()[:32]

    def _pick(self, weights: dict[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]
