"""The header leads nobody to a page that they may not open, and says where they are."""

from collections.abc import Callable

from flask import Flask

from portal.accounts.places import PARTS, PLACES, places_of
from tests.factories import Make
from tests.support.page import Browser

AsUser = Callable[..., Browser]


def test_every_part_and_place_is_a_view_and_covers_views(sqlite_app: Flask) -> None:
    for parts in PARTS.values():
        for part in parts:
            blueprint = part.endpoint.partition(".")[0]
            named = {part.endpoint, *(f"{blueprint}.{name}" for name in part.covers)}
            assert named <= set(sqlite_app.view_functions), named - set(sqlite_app.view_functions)
    assert {place.endpoint for place in PLACES} <= set(sqlite_app.view_functions)


def test_the_header_names_what_the_role_opens(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.organisation()
    editor, lead = (as_user(make.user(role, organisation=organisation)) for role in ("editor", "lead"))
    assert editor.get("/group").words(".staff-header__parts a") == ["Home", "Listings"]
    assert lead.get("/group").words(".staff-header__parts a") == ["Home", "Listings", "People"]
    auditor = as_user(make.user("information-governance"))
    assert auditor.get("/admin/audit").words(".staff-header__parts a") == []


def test_a_page_below_a_part_marks_it(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    service = make.service()
    page = as_user(make.user("editor", organisation=service.organization)).get(f"/group/listings/{service.id}/edit")
    assert page.words(".staff-header__parts [aria-current]") == ["Listings"]


def test_who_plans_comes_to_the_figures_of_their_area_first_and_once(sqlite_app: Flask, make: Make) -> None:
    planner = make.user("commissioner", area="leicester")
    assert [one.endpoint for one in places_of(planner)] == ["insight.figures_home", "grants.home", "partners.home"]
    assert "insight.searches" in [one.endpoint for one in places_of(make.user("link-worker"))]
