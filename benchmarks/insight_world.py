"""A made-up year of figures for `insight_attack.py`: several areas, large and tiny neighbourhoods, four quarters, published."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from portal.app import create_app
from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.core.settings import Settings
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.insight import noting, publishing, summing
from portal.organisations.models import Organization
from portal.voice.kinds import HELPED, NO_ANSWER
from portal.voice.models import HelpedCount
from tests.support.processes import KEY, SECRET

GEOGRAPHY = Path(__file__).parent.parent / ".pytest_cache" / "geography"
QUARTERS = tuple(Quarter(2025, number) for number in (1, 2, 3, 4))
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
SIZES: dict[str, tuple[int, ...]] = {
    "lone": (11,),
    "pair": (14, 3),
    "small": (9, 4, 2, 12),
    "middle": (60, 41, 24, 17, 8, 5, 30),
    "large": tuple(7 + 11 * (turn % 9) for turn in range(20)),
}
"""By area: about how many people of each neighbourhood are referred in a quarter."""
NEEDS = ("loneliness", "debt", "bereavement", "food", "carers")
REASONS = ("no-capacity", "not-funded", "out-of-area", "not-eligible", "illness")


@contextmanager
def world(folder: Path) -> Iterator[Flask]:
    """An application over an empty database in a folder."""
    with_geography(folder)
    app = create_app(
        Settings(
            instance=folder, secret_key=SECRET, data_keys=(KEY,), testing=True, log_level="error",
            database_url=f"sqlite:///{folder / 'portal.sqlite3'}",
        )
    )  # fmt: skip
    with app.app_context(), clock.freeze(NOW):
        db.create_all()
        yield app
        db.session.remove()


def with_geography(folder: Path) -> None:
    """Make the folder of an instance, with the built postcode structure of the tests where that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    if GEOGRAPHY.is_dir():
        (folder / "geography").symlink_to(GEOGRAPHY, target_is_directory=True)


def fill(seed: int) -> list[NeighbourhoodSet]:
    """The areas and their year of facts, the same for a seed."""
    made = [_area(slug, len(sizes)) for slug, sizes in SIZES.items()]
    for cut in made:
        listings = _listings(cut)
        groups = list(dict.fromkeys(one.organization_id.hex for one, _place in listings))
        for quarter in QUARTERS:
            chance = random.Random(f"{seed} {cut.slug} {quarter.slug}")
            noting.add(_with_group(row, groups) for row in _quarter(cut, quarter, chance))
            _answers(listings, quarter, random.Random(f"{seed} {cut.slug} {quarter.slug} helped"))
    db.session.commit()
    return made


def names_of(area: str) -> dict[str, str]:
    """The ids (hex) of an area's listings, by name."""
    wanted = select(Service.name, Service.id).where(Service.name.startswith(f"{area} walk"))
    return {name: service_id.hex for name, service_id in db.session.execute(wanted)}


def publish_all(sets: list[NeighbourhoodSet], *, is_audited: bool) -> int:
    """Publish every quarter of every area. Gives how many figures are not shown for another's sake."""
    summing.fold()
    hidden = 0
    for quarter in QUARTERS:
        for cut in sets:
            hidden += publishing.publish(cut, quarter, is_audited=is_audited).hidden
    db.session.commit()
    return hidden


def come_late() -> None:
    """One more event of a past quarter in every neighbourhood, one more of each answer, and whatever the worker does after it."""
    db.session.execute(update(HelpedCount).values(count=HelpedCount.count + 1))
    for cut in db.session.scalars(select(NeighbourhoodSet)).all():
        for place in cut.neighbourhoods:
            for fact in ("sent", "declined"):
                row = _person(cut, place, f"late {place.slug}", random.Random(place.slug))
                noting.add([{**row, "source": f"late:{fact}:{place.slug}", "fact": fact, "day": QUARTERS[1].first}])
    summing.fold()
    db.session.commit()
    summing.rebuild()
    publishing.look()
    db.session.commit()


def redraw() -> None:
    """Give the ground of one neighbourhood of each area to another, in the middle of the year, and do it all again."""
    moved = date(2025, 8, 15)
    for cut in db.session.scalars(select(NeighbourhoodSet)).all():
        if len(cut.neighbourhoods) > 1:
            one, other = cut.neighbourhoods[:2]
            for part in [part for part in one.parts if part.valid_to is None]:
                part.valid_to = moved
                other.parts.append(NeighbourhoodPart(kind="msoa", code=part.code, vintage=2021, valid_from=moved))
    db.session.commit()
    summing.rebuild()
    publishing.look()
    db.session.commit()


def _area(slug: str, count: int) -> NeighbourhoodSet:
    made = NeighbourhoodSet(slug=slug, name=slug.title(), area=slug.title(), valid_from=date(2024, 1, 1))
    for number in range(count):
        code = f"T{int(sha256(f'{slug}{number}'.encode()).hexdigest(), 16) % 10**8:08}"
        part = NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=made.valid_from)
        made.neighbourhoods.append(Neighbourhood(slug=f"{slug}-{number:02}", name=f"{slug} {number:02}", parts=[part]))
    db.session.add(made)
    db.session.commit()
    return made


def _listings(cut: NeighbourhoodSet) -> list[tuple[Service, Neighbourhood]]:
    """Two listings in each neighbourhood, of three groups."""
    groups = [Organization(name=f"{cut.slug} group {number}") for number in range(3)]
    db.session.add_all(groups)
    db.session.flush()
    found = []
    for number, place in enumerate(sorted(cut.neighbourhoods, key=lambda one: one.slug)):
        at = Location(neighbourhood_code=place.parts[0].code, name=place.name)
        for turn in range(2):
            group = groups[(2 * number + turn) % len(groups)]
            one = Service(name=f"{cut.slug} walk {number:02} {turn}", organization_id=group.id, status="active")
            one.assured_date = NOW.date()
            one.service_at_locations.append(ServiceAtLocation(location=at, delivery_modes=["in_person"]))
            db.session.add(one)
            found.append((one, place))
    db.session.commit()
    return found


def _with_group(row: noting.Row, groups: list[str]) -> noting.Row:
    """Referrals are of one of the groups: always the same for a person."""
    return {**row, "organization": groups[int(row["person_key"], 16) % len(groups)]} if row.get("person_key") else row


def _answers(listings: list[tuple[Service, Neighbourhood]], quarter: Quarter, chance: random.Random) -> None:
    """Whether it helped: of many, of few, of nobody; often with one answer that few gave."""
    for service, place in listings:
        few = chance.choice((0, 1, 3, 5, 7, 9, 12))
        counts = (chance.choice((0, 2, 5, 8, 21, 44)), few, chance.choice((0, 0, 1, 4)), chance.choice((0, 0, 0, 1)))
        for answer, count in zip(HELPED, counts, strict=True):
            db.session.add(HelpedCount(
                quarter=quarter.slug, service_id=service.id, organization_id=service.organization_id, helped=answer,
                again=NO_ANSWER, neighbourhood_id=place.id, count=count,
            ))  # fmt: skip


def _quarter(cut: NeighbourhoodSet, quarter: Quarter, chance: random.Random) -> Iterator[noting.Row]:
    """Everything of one quarter. Some of what was sent in it goes on in the next, as in life."""
    length = (quarter.after - quarter.first).days
    for place, size in zip(sorted(cut.neighbourhoods, key=lambda one: one.slug), SIZES[cut.slug], strict=True):
        for turn in range(chance.randrange(size // 2, size + 4)):
            about = _person(cut, place, f"{quarter.slug} {place.slug} {turn}", chance)
            day = quarter.first + timedelta(days=chance.randrange(length))
            yield from _course(f"{quarter.slug}:{place.slug}:{turn}", about, day, chance)
        for week in range(length // 7):
            day = quarter.first + timedelta(days=7 * week)
            where = {"area": cut.slug, "place": place.id.hex, "day": day}
            count = chance.randrange(0, max(2, size // 3))
            for fact in ("searched", "signposted"):
                if count:
                    yield {**where, "source": f"{quarter.slug}:{place.slug}:{week}", "fact": fact, "count": count}
            for fact in ("unfound", "told"):
                if count and chance.random() < 0.4:
                    yield {
                        **where,
                        "source": f"{quarter.slug}:{place.slug}:{week}",
                        "fact": fact,
                        "need": chance.choice(NEEDS),
                    }


def _course(source: str, about: noting.Row, day: date, chance: random.Random) -> Iterator[noting.Row]:
    """From sending to the end."""
    yield {**about, "source": source, "fact": "sent", "day": day}
    waited, answer = chance.randrange(9), chance.random()
    day += timedelta(days=waited)
    yield {**about, "source": source, "fact": "answered", "day": day, "days": waited}
    if answer < 0.35:
        reason = chance.choice(REASONS)
        for need in chance.sample(NEEDS, chance.choice((1, 1, 2))):
            yield {**about, "source": source, "fact": "declined", "day": day, "reason": reason, "need": need}
        return
    for fact, share, days in (("accepted", 1.0, 0), ("visited", 0.9, 9), ("finished", 0.8, 30)):
        if chance.random() > share:
            return
        day += timedelta(days=chance.randrange(days + 1))
        yield {**about, "source": source, "fact": fact, "day": day, "days": waited + 5 if fact == "visited" else None}


def _person(cut: NeighbourhoodSet, place: Neighbourhood, name: str, chance: random.Random) -> noting.Row:
    key = sha256(name.encode()).hexdigest()[:32]
    about: dict[str, Any] = {
        "area": cut.slug, "place": place.id.hex, "person_key": key, "subject_key": key, "organization": "",
        "age": chance.choices(("65-over", "26-49", "18-25"), (70, 25, 5))[0],
        "language": chance.choices(("en", "ur", "bfi"), (88, 9, 3))[0],
        "access": chance.choices(("none", "getting-in", "interpreter"), (80, 14, 6))[0],
        "fifth": chance.choices((1, 2, 3), (60, 30, 10))[0],
    }  # fmt: skip
    return about
