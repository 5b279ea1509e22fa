"""Where nothing is funded: from timetables and from reports, kept apart, by neighbourhood and community."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.geography.models import NeighbourhoodPart
from portal.grants.communities import COMMUNITIES
from portal.grants.gaps import gaps_in
from tests.factories import Make
from tests.grants.world import CODES, World, world
from tests.support.page import Browser
from tests.support.people import browser_as

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]
THIRD, FOURTH = Quarter(2026, 3), Quarter(2026, 4)
CANAL, EAST, SAFFRON = CODES


def _line(here: World, name: str, quarter: Quarter = FOURTH):
    return next(one for one in gaps_in(here.area, quarter).places if one.name == name)


def _club(here: World, code: str = CANAL, byday: str = "TU", **columns):
    venue = here.make.location(neighbourhood_code=code)
    return here.make.service(location=venue, sessions=[here.make.session(byday)], **columns)


def test_sessions_count_where_their_place_lies_and_while_the_grant_runs(app: Flask, make: Make) -> None:
    here = world(make)
    here.grant(
        services=[_club(here, EAST)], places=("Canal Side",), starts_on=date(2026, 10, 12), ends_on=date(2026, 11, 3)
    )
    assert len(_line(here, "Eastgate").count.timetable) == 4, "Tuesdays 13, 20 and 27 October and 3 November"
    assert _line(here, "Canal Side").count.is_gap and len(_line(here, "Canal Side").count.grants) == 1
    assert not _line(here, "Eastgate").count.is_gap
    assert "Older people" not in _line(here, "Eastgate").missing
    assert len(_line(here, "Eastgate").missing) == len(COMMUNITIES) - 1


def test_what_no_grant_pays_for_is_not_counted_and_neither_is_a_closed_listing(app: Flask, make: Make) -> None:
    here = world(make)
    _club(here)
    here.grant(services=[_club(here, status="defunct")])
    assert _line(here, "Canal Side").count.is_gap


def test_opening_hours_are_no_sessions_and_private_places_count_where_the_grant_is_for(app: Flask, make: Make) -> None:
    here = world(make)
    secret = make.location(neighbourhood_code=EAST, privacy="hidden")
    hidden = make.service(location=secret, sessions=[make.session("WE")])
    here.grant(services=[make.service(opening=[make.opening()], place={"neighbourhood_code": CANAL})], name="Open")
    here.grant(services=[hidden], places=("Saffron Vale",), name="Safe")
    assert _line(here, "Canal Side").count.is_gap and _line(here, "Eastgate").count.is_gap
    assert not _line(here, "Saffron Vale").count.is_gap


def test_a_session_counts_once_for_two_grants_and_for_each_of_their_communities(app: Flask, make: Make) -> None:
    here = world(make)
    club = _club(here)
    here.grant(services=[club], name="One", communities=["older", "carers"])
    here.grant(services=[club], name="Two", communities=["carers", "men"])
    found = gaps_in(here.area, FOURTH)
    assert len(_line(here, "Canal Side").count.timetable) == 13
    assert {one.key: len(one.count.timetable) for one in found.communities if one.count.timetable} == {
        "older": 13, "carers": 13, "men": 13,
    }  # fmt: skip
    assert "Eastgate" in next(one for one in found.communities if one.key == "older").missing


def test_a_report_counts_for_each_neighbourhood_and_the_page_says_so(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    here.grant(places=("Canal Side", "Eastgate"), reports={"2026-q3": (9, 40)})
    count = _line(here, "Eastgate", THIRD).count
    assert (count.reported, count.is_shared, count.is_gap) == (9, True, False)
    assert _line(here, "Eastgate").count.reported is None and _line(here, "Eastgate").count.is_gap
    page = as_user(here.keeper).get("/grants/gaps?quarter=2026-q3")
    assert "Sessions reported, for several neighbourhoods together" in page.main
    assert "1 neighbourhood has no funded session from July to September 2026: Saffron Vale ." in page.main


def test_it_opens_at_the_last_whole_quarter_and_asks_no_report_of_the_one_that_runs(
    sqlite_app: Flask, make: Make
) -> None:
    here = world(make)
    here.grant(services=[_club(here)], reports={"2026-q3": (9, 40)})
    here.grant(name="Bare", places=("Eastgate",))
    keeper = browser_as(sqlite_app, here.keeper)
    page = keeper.get("/grants/gaps")
    assert page.one("#quarter option[selected]")["value"] == "2026-q3" and "not over yet:" not in page.main
    assert page.words("table[aria-labelledby=places] thead th")[1] == "Funding"
    assert page.words("table[aria-labelledby=places] tbody tr")[0].startswith(
        "Canal Side Sessions in the timetable and reported"
    )
    now = keeper.get("/grants/gaps?quarter=2026-q4")
    assert "This quarter is not over yet" in now.main and "no report" not in now.main
    rows = now.words("table[aria-labelledby=places] tbody tr")
    assert rows[0].startswith("Canal Side Sessions in the timetable 13 not over yet")
    assert rows[1].startswith("Eastgate A grant, but no session in the timetable 0 not over yet")
    assert now.words("#quarter option")[0] == "October to December 2026 (not over yet)"
    (first, *_rest) = csv.DictReader(io.StringIO(keeper.get("/grants/gaps.csv").html.removeprefix("\ufeff")))
    assert first["Quarter"] == "July to September 2026"


def test_a_report_of_none_is_a_gap_in_words(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    here.grant(reports={"2026-q3": (0, 0)})
    page = as_user(here.keeper).get("/grants/gaps?quarter=2026-q3")
    rows = page.words("table[aria-labelledby=places] tbody tr")
    assert rows[0].startswith("Canal Side A grant, but no session in the timetable, and none is reported 0 0")
    assert rows[1].startswith("Eastgate No grant 0 no report")


def test_a_neighbourhood_that_was_redrawn_counts_by_how_it_lay(app: Flask, make: Make) -> None:
    here = world(make)
    here.grant(services=[_club(here, CANAL)], starts_on=date(2026, 4, 1))
    hood = here.hoods["Canal Side"]
    hood.parts[0].valid_to = date(2026, 10, 1)
    moved = NeighbourhoodPart(kind="msoa", code=CANAL, vintage=2021, valid_from=date(2026, 10, 1))
    here.hoods["Eastgate"].parts.append(moved)
    db.session.commit()
    assert not _line(here, "Canal Side", THIRD).count.is_gap and _line(here, "Eastgate", THIRD).count.is_gap
    assert _line(here, "Canal Side").count.is_gap and not _line(here, "Eastgate").count.is_gap


def test_the_table_has_a_row_for_each_and_runs_nothing(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    here.hoods["Canal Side"].name = "=HYPERLINK(1)"
    here.grant(make.organisation("@evil"), name="+cmd|'/C calc'!A0", places=("Canal Side",), services=[_club(here)])
    keeper = as_user(here.keeper)
    for address in ("/grants/gaps.csv", f"/grants/rounds/{here.round.id}.csv"):
        answer = keeper.get(address)
        assert (
            answer.headers["Content-Type"].startswith("text/csv")
            and "attachment" in answer.headers["Content-Disposition"]
        )
        rows = list(csv.reader(io.StringIO(answer.html.removeprefix("\ufeff"))))
        assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "-")]
        assert not [cell for row in rows for cell in row if "5,000.00" in cell or cell == "500000"]
    rows = list(csv.reader(io.StringIO(keeper.get("/grants/gaps.csv").html)))
    assert len(rows) == 1 + 3 * len(COMMUNITIES)


def test_html_in_names_is_shown_as_it_was_typed(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    here.hoods["Canal Side"].name = "<b>Canal</b>"
    grant = here.grant(make.organisation("<i>Group</i>"), name="<script>x</script>", places=("Canal Side",))
    keeper = browser_as(sqlite_app, here.keeper)
    for address in ("/grants", "/grants/gaps", f"/grants/rounds/{here.round.id}", f"/grants/{grant.shown_reference}"):
        html = keeper.get(address).html
        assert not [bad for bad in ("<b>Canal", "<i>Group", "<script>x") if bad in html], address
