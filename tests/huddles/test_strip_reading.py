"""What the strip reads in one statement is what the directory reads of the same listings: spaces, names, times."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory import school_holidays
from portal.directory.listings import Listing
from portal.directory.models import Schedule, Service, ServiceAtLocation, SessionException
from portal.directory.occurrences import Occurrence, occurrences
from portal.directory.queries import listings_in
from portal.directory.space import Space, space_of
from portal.huddles.strip_reading import around
from portal.neighbourhoods.drop_ins import is_cafe, is_drop_in, times_of
from tests.factories import Make
from tests.support.teams import TeamWorld

HERE = {"neighbourhood_code": "E02002847", "authority_code": "E06000016"}
ELSEWHERE = {"neighbourhood_code": "E02002001", "authority_code": "E07000208"}
Times = dict[Any, tuple[str, bool, list[Occurrence]]]
Spaces = dict[Any, tuple[str, Space, datetime | None]]


def spaces_as_read(codes: frozenset[str]) -> Spaces:
    every = [one.service for one in listings_in(codes)]
    return {one.id: (one.name, space_of(one), one.space_said_at) for one in every if one.space_state is not None}


def times_of_all(listings: list[Listing], codes: frozenset[str], day: date) -> Times:
    """When each that one can walk into happens on a day and in its night. What happens at no time is left out."""
    start = datetime.combine(day, time(), clock.LONDON)
    until = datetime.combine(day + timedelta(days=1), time(4), clock.LONDON)
    found = {
        one.id: sorted({at for _venue, table in times_of(one, codes) for at in occurrences(table, start, until)})
        for one in listings
        if is_drop_in(one)
    }
    return {one.id: (one.service.name, is_cafe(one), found[one.id]) for one in listings if found.get(one.id)}


def differing(team: TeamWorld, day: date) -> list[Any]:
    """What the two readings tell differently on a day, which the clock says it is."""
    here = around(team.team.id, day)
    told = {one.id: (one.name, space_of(one.said), one.said.space_said_at) for one in here.told}
    whole = times_of_all(listings_in(here.codes), here.codes, day)
    lean = times_of_all(list(here.drop_ins), here.codes, day)
    spaces = spaces_as_read(here.codes)
    assert whole and spaces
    return sorted(
        [
            *(told.items() ^ spaces.items()),
            *(
                (one, lean.get(one), whole.get(one))
                for one in lean.keys() | whole.keys()
                if lean.get(one) != whole.get(one)
            ),
        ],
        key=str,
    )


def say(service: Service, state: str, **columns: Any) -> Service:
    service.space_state, service.space_said_at = state, clock.now() - timedelta(hours=3)
    for name, value in columns.items():
        setattr(service, name, value)
    db.session.commit()
    return service


def fill(make: Make) -> None:
    """Listings of every sort that the strip could read wrongly."""
    say(make.service("Free", place=HERE), "space")
    say(make.service("Full to a date", place=HERE), "full", space_full_until=clock.today() + timedelta(days=9))
    say(make.service("Full until yesterday", place=HERE), "full", space_full_until=clock.today() - timedelta(days=1))
    say(make.service("Waits", place=HERE), "waiting", space_weeks=6)
    say(make.service("Said long ago", place=HERE), "space", space_said_at=clock.now() - timedelta(days=60))
    say(make.service("Serves here", place=ELSEWHERE, areas=["E02002847"]), "space")
    say(make.service("Elsewhere", place=ELSEWHERE), "space")
    say(make.service("Closed", place=HERE, status="inactive"), "space")
    say(make.service("Aged out", place=HERE, assured_date=clock.today() - timedelta(days=900)), "space")
    say(
        make.service("Hidden", place=HERE | {"privacy": "hidden"}, sessions=[make.session("TU", "18:00", "20:00")]),
        "space",
    )
    evening = make.session("TU", "18:00", "20:00")
    make.service("Weekly", place=HERE, sessions=[evening, make.session("FR", "19:00", "23:00")])
    make.service("Into the night", needs=("crisis",), place=HERE, sessions=[make.session("MO,TU,FR", "22:00", "02:00")])
    make.service("No known end", place=HERE, sessions=[make.session("TU", "18:00", None)])
    make.service("Every other week", place=HERE, sessions=[make.session("TU", "18:00", "19:00", interval=2)])
    make.service("First Tuesday", place=HERE, sessions=[make.session("1TU", "18:00", "19:00", freq="monthly")])
    make.service(
        "Over", place=HERE, sessions=[make.session("TU", "18:00", "19:00", valid_to=clock.today() - timedelta(days=1))]
    )
    make.service(
        "On holidays too", place=HERE, sessions=[make.session("TU,FR", "18:00", "19:00", on_bank_holidays=True)]
    )
    make.service(
        "In terms alone", place=HERE, sessions=[make.session("TU,FR", "17:00", "18:00", in_school_holidays=False)]
    )
    make.service("Only by letter", place=HERE, joining=["self_refer"], sessions=[make.session("TU", "18:00", "20:00")])
    make.service("Opening hours", place=HERE, opening=[make.opening("TU,FR", "16:00", "19:00")])
    make.service("Both", place=HERE, sessions=[make.session("WE")], opening=[make.opening("TU", "16:00", "19:00")])
    make.service("Online", is_online=True, areas=["E02002847"], sessions=[make.session("TU", "20:00", "21:00")])
    make.service("Area alone", place=HERE | {"privacy": "area"}, sessions=[make.session("TU", "18:30", "20:30")])
    off, moved = make.session("TU", "18:00", "20:00"), make.session("TU", "18:00", "20:00")
    off.exceptions.append(SessionException(date=date(2026, 11, 24), kind="cancelled"))
    moved.exceptions += [
        SessionException(date=date(2026, 11, 24), kind="cancelled"),
        SessionException(date=date(2026, 11, 25), kind="extra", starts_at=time(17), ends_at=time(18)),
    ]  # fmt: skip
    make.service("Off today", place=HERE, sessions=[off])
    make.service("Moved to Wednesday", place=HERE, sessions=[moved])
    dated = make.session("TU", "19:00", "20:00", freq="dates")
    dated.exceptions.append(SessionException(date=date(2026, 11, 24), kind="extra"))
    make.service("One date", place=HERE, sessions=[dated])
    once = make.service("As a whole", place=HERE)
    once.schedules += [
        Schedule(opens_at=time(18), closes_at=time(21), dtstart=date(2026, 11, 24)),
        make.opening("FR", "18:00", "21:00", valid_from=date(2026, 12, 1)),
    ]  # fmt: skip
    both = make.service("Two places", place=HERE, sessions=[make.session("TU", "18:00", "19:00")])
    far = ServiceAtLocation(location_id=make.location(**ELSEWHERE).id, delivery_modes=["in_person"])
    far.sessions.append(make.session("TU", "20:00", "21:00"))
    both.service_at_locations.append(far)
    north = make.location(**(HERE | {"authority_code": "S12000033"}))
    make.service("Under another council", location=north, sessions=[make.session("MO", "18:00", "19:00")])
    refuge = make.organisation("Quiet House")
    private = make.location(name="Elm Lodge", address="Flat 2, 14 Orchard Way", postcode="LE2 1AA", privacy="hidden")
    make.service("Stay", organisation=refuge, location=private)
    told = make.service(
        "Talks at Elm Lodge, Orchard Way",
        organisation=refuge,
        place=HERE,
        sessions=[make.session("TU", "18:00", "19:00")],
    )
    say(told, "space")
    db.session.commit()


def test_both_readings_tell_the_same(
    app: Flask, team: TeamWorld, make: Make, monkeypatch: pytest.MonkeyPatch, count_statements: Callable[[], Any]
) -> None:
    monkeypatch.setitem(
        app.extensions, school_holidays.EXTENSION, {"E06000016": ((date(2026, 12, 21), date(2027, 1, 3)),)}
    )
    fill(make)
    team_id = team.team.id
    with count_statements() as asked:
        around(team_id, clock.today())
    assert len(asked) == 1
    for day in (24, 25, 27, 30):  # a Tuesday, the day after a night, a Friday, a bank holiday in Scotland alone
        with clock.freeze(datetime(2026, 11, day, 9, 0, tzinfo=UTC)):
            assert not differing(team, clock.today())
    for day in (25, 29):  # a bank holiday; a Tuesday in school holidays
        with clock.freeze(datetime(2026, 12, day, 9, 0, tzinfo=UTC)):
            assert not differing(team, clock.today())


def test_no_name_tells_a_place_that_its_organisation_keeps_to_itself(
    sqlite_app: Flask, team: TeamWorld, make: Make
) -> None:
    fill(make)
    here = around(team.team.id, clock.today())
    names = {one.name for one in here.told} | {one.service.name for one in here.drop_ins}
    assert "Talks at …, …" in names and not any("Elm" in one or "Orchard" in one for one in names)


def test_a_team_without_a_neighbourhood_reads_nothing(sqlite_app: Flask, team: TeamWorld, make: Make) -> None:
    say(make.service("Free", place=HERE), "space")
    team.team.patches[0].valid_to = clock.today()
    db.session.commit()
    here = around(team.team.id, clock.today())
    assert (here.codes, here.told, here.drop_ins) == (frozenset(), [], [])
