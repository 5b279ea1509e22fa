"""The header leads nobody to a page that they may not open, and says where they are."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.places import PARTS, PLACES, SECTIONS, menu_of, places_of
from tests.factories import Make
from tests.support.page import Browser

AsUser = Callable[..., Browser]


def test_every_part_and_place_is_a_view_and_covers_views(sqlite_app: Flask) -> None:
    names = {one.partition(".")[2] for one in sqlite_app.view_functions}
    for parts in PARTS.values():
        for part in parts:
            assert part.endpoint in sqlite_app.view_functions
            assert part.covers <= names, part.covers - names
    for place in PLACES:
        assert {place.endpoint, *place.covers} <= set(sqlite_app.view_functions)
    assert {one for one in SECTIONS if "." in one} <= set(sqlite_app.view_functions)
    assert {one for one in SECTIONS if "." not in one} <= set(sqlite_app.blueprints)


def test_the_header_names_what_the_role_opens(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.organisation()
    editor, lead = (as_user(make.user(role, organisation=organisation)) for role in ("editor", "lead"))
    assert editor.get("/group").words(".staff-header__parts a") == ["Home", "Listings"]
    assert lead.get("/group").words(".staff-header__parts a") == ["Home", "Listings", "People"]
    auditor = as_user(make.user("information-governance"))
    assert auditor.get("/admin/audit").words(".staff-header__parts a") == ["Records", "Audit"]


def test_a_page_below_a_part_marks_it(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    service = make.service()
    page = as_user(make.user("editor", organisation=service.organization)).get(f"/group/listings/{service.id}/edit")
    assert page.words(".staff-header__parts [aria-current]") == ["Listings"]


def test_who_plans_comes_to_the_figures_of_their_area_first_and_once(sqlite_app: Flask, make: Make) -> None:
    planner = make.user("commissioner", area="leicester")
    assert [one.endpoint for one in places_of(planner)] == ["insight.figures_home", "grants.home", "partners.home"]
    assert "insight.searches" in [one.endpoint for one in places_of(make.user("link-worker"))]


@pytest.mark.parametrize(
    ("role", "items"),
    [
        ("link-worker", ["Caseload", "Find support", "Handovers", "Searches"]),
        ("moderator", ["Moderation", "What people say", "Pages", "Searches"]),
        ("administrator", ["Administration", "Searches"]),
        ("commissioner", ["Insight", "Grants", "Partners"]),
        (
            "team-coordinator",
            ["My groups", "Huddle", "Flagged people", "What people say", "Pages", "Trials", "Searches"],
        ),
    ],
)
def test_a_menu_is_the_same_on_every_page_but_for_where_one_is(
    sqlite_app: Flask, make: Make, role: str, items: list[str]
) -> None:
    """Whatever views there are, also those that come later: same names, same order, and never more than one is current."""
    who = make.user(role, area="leicester" if role in {"moderator", "commissioner", "team-coordinator"} else None)
    with sqlite_app.test_request_context():
        for endpoint in sqlite_app.view_functions:
            menu = menu_of(who, endpoint)
            assert [str(one.label) for one in menu.items] == items, endpoint
            assert len([one for one in menu.items if one.current]) <= 1, endpoint
        for place in places_of(who):
            menu = menu_of(who, place.endpoint)
            assert [one.endpoint for one in menu.items if one.current] == [place.endpoint]


@pytest.mark.parametrize(
    ("role", "endpoint", "section", "within"),
    [
        ("link-worker", "huddles.no_service_fits", "Caseload", ""),
        ("link-worker", "together.bundles", "Caseload", ""),
        ("link-worker", "caseload.handover", "Handovers", ""),
        ("team-coordinator", "huddles.report_gap", "Huddle", "Huddle"),
        ("team-coordinator", "teams.team", "Huddle", "Teams"),
        ("team-coordinator", "voice.theme", "What people say", "You said, we did"),
        ("commissioner", "voice.cleared", "Insight", "What people said"),
        ("commissioner", "grants.gaps_page", "Grants", "Where nothing is funded"),
        ("lead", "group_grants.held", "Home", ""),
        ("lead", "group_grants.grant", "Home", ""),
    ],
)
def test_pages_that_stand_elsewhere_are_marked_too(
    sqlite_app: Flask, make: Make, role: str, endpoint: str, section: str, within: str
) -> None:
    assert endpoint in sqlite_app.view_functions
    has_area = role in {"commissioner", "team-coordinator"}
    who = make.user(role, area="leicester") if has_area else make.user(role, organisation=make.organisation())
    with sqlite_app.test_request_context():
        menu = menu_of(who, endpoint)
        assert [str(one.label) for one in menu.items if one.current] == [section]
        assert [str(one.label) for one in menu.within if one.current] == ([within] if within else [])


def test_public_pages_have_room_for_the_first_place(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    worker = as_user(make.user("link-worker", organisation=make.organisation()))
    assert worker.get("/").words(".header__links > li > a")[:3] == ["Find support", "Neighbourhoods", "Caseload"]
    assert not {"Handovers", "Searches"} & set(worker.get("/").words(".header__links a"))
