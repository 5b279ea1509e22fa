"""Curators make, change, publish and look after pages of their own areas, and no others."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.bundles.models import Bundle, BundleSection, BundleVersion
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart
from tests.factories import Make
from tests.support.page import Browser

Made = Callable[..., UUID]
Index = Callable[[], None]
FILLED = {
    "title": "New baby in Clarendon Park", "area": "leicester", "near": "LE2 0QB", "lang": "en", "intro": "Well done.",
    "carer_intro": "", "kept_by": "The neighbourhood team", "review_by-day": "1", "review_by-month": "6",
    "review_by-year": "2027",
}  # fmt: skip
SECTION = {"title": "Company", "text": "Come.", "needs": ["loneliness"], "within": "", "most": "4"}


def one() -> Bundle:
    db.session.expire_all()
    found = db.session.query(Bundle).one()
    db.session.refresh(found)
    return found


def section_form(page: Any, action: str) -> dict[str, Any]:
    """What the form of a section holds beside its ticks."""
    return {name: value for name, value in page.form(action).items() if name in {"csrf_token", "key", "version"}}


def filled(page: Any, action: str, **typed: Any) -> dict[str, Any]:
    form = page.form(action)
    owner = page.select("select[name=owner] option")
    return {**form, **({"owner": owner[0]["value"]} if owner else {}), **typed}


def make(curator: Browser, **typed: Any) -> Any:
    path = "/curate/bundles/new"
    return curator.post(path, {**filled(curator.get(path), path), **FILLED, **typed}, expect=303)


def address(bundle_id: UUID, *more: object) -> str:
    return "/".join(["/curate/bundles", str(bundle_id), *map(str, more)])


def press(curator: Browser, bundle_id: UUID, *more: object, expect: int = 303, **sent: Any) -> Any:
    version = db.session.get_one(Bundle, bundle_id).version
    db.session.rollback()
    page = curator.get(address(bundle_id))
    token = page.select("input[name=csrf_token]")[0]["value"]
    return curator.post(address(bundle_id, *more), {"csrf_token": token, "version": version, **sent}, expect=expect)


def test_a_page_is_made_filled_published_and_taken_off_again(app: Flask, curator: Browser, browser: Browser) -> None:
    assert make(curator).status == 303
    bundle = one()
    assert (bundle.slug, bundle.state, bundle.owner.name, bundle.version) == (
        "new-baby-in-clarendon-park",
        "draft",
        "Joss Merrow",
        1,
    )
    bundle_id = bundle.id
    db.session.rollback()
    assert "Add a section before you publish" in press(curator, bundle_id, "publish", expect=422).main
    path = address(bundle_id, "sections", "new")
    curator.post(path, {**section_form(curator.get(path), path), **SECTION}, expect=303)
    assert browser.get("/life/new-baby-in-clarendon-park", expect=404).status == 404
    press(curator, bundle_id, "publish")
    assert browser.get("/life/new-baby-in-clarendon-park").words("h1") == ["New baby in Clarendon Park"]
    press(curator, bundle_id, "unpublish")
    assert browser.get("/life/new-baby-in-clarendon-park", expect=404).status == 404
    acts = [row.act for row in db.session.query(BundleVersion).order_by(BundleVersion.number)]
    assert acts == ["made", "section", "published", "unpublished"]
    audited = {row.action for row in db.session.query(AuditEntry) if row.action.startswith("bundle.")}
    assert audited == {f"bundle.{act}" for act in acts}


def test_sending_the_form_twice_makes_one_page_and_one_section(sqlite_app: Flask, curator: Browser) -> None:
    path = "/curate/bundles/new"
    sent = {**filled(curator.get(path), path), **FILLED}
    assert (
        curator.post(path, sent, expect=303).headers["Location"]
        == curator.post(path, sent, expect=303).headers["Location"]
    )
    bundle_id = one().id
    path = address(bundle_id, "sections", "new")
    sent = {**section_form(curator.get(path), path), **SECTION}
    curator.post(path, sent, expect=303)
    curator.post(path, sent, expect=303)
    assert len(one().sections) == 1


def test_two_pages_of_one_title_have_two_addresses(sqlite_app: Flask, curator: Browser) -> None:
    make(curator)
    make(curator)
    make(curator, title="گھر میں اکیلے", lang="ur")
    slugs = [row.slug for row in db.session.query(Bundle).order_by(Bundle.created_at)]
    assert sorted(slugs) == ["new-baby-in-clarendon-park", "new-baby-in-clarendon-park-2", "page"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": " \x00 "}, "Enter a title"),
        ({"title": "x" * 121}, "Use 120 characters or fewer"),
        ({"near": "Nowhereham"}, "Enter a full UK postcode or a town, like LE2 0QB or Camden Town"),
        ({"area": "camden"}, "Choose one of the answers"),
        ({"owner": str(uuid4())}, "Choose one of the answers"),
        ({"lang": "xx"}, "Choose one of the answers"),
        ({"kept_by": ""}, "Enter who keeps this page"),
        ({"intro": "x" * 2001}, "Use 2000 characters or fewer"),
        ({"review_by-year": "2020"}, "Choose a date that is still to come"),
        ({"review_by-year": "2029"}, "Choose a date within a year"),
        ({"review_by-day": "99999999999"}, "day"),
        ({"review_by-day": "", "review_by-month": "", "review_by-year": ""}, "Enter the date of the next review"),
    ],
)
def test_what_cannot_be_taken_is_said_and_stays(
    sqlite_app: Flask, curator: Browser, typed: dict[str, str], sentence: str
) -> None:
    path = "/curate/bundles/new"
    sent = {**filled(curator.get(path), path), **FILLED, **typed}
    page = curator.post(path, sent, expect=422)
    assert sentence in page.words(".error-summary")[0]
    assert page.one("#kept_by")["value"] == sent["kept_by"] and db.session.query(Bundle).count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Enter a heading"),
        ({"needs": []}, "Choose at least one thing that it looks for"),
        ({"needs": ["nothing"]}, "Choose from the answers"),
        ({"most": "99"}, "Choose one of the answers"),
        ({"within": "2"}, "Choose one of the answers"),
    ],
)
def test_a_section_says_what_it_lacks(
    sqlite_app: Flask, curator: Browser, bundle: Made, typed: dict[str, Any], sentence: str
) -> None:
    path = address(bundle(), "sections", "new")
    page = curator.post(
        path, {**section_form(curator.get(path), path), **SECTION, "cost": ["free", "nonsense"], **typed}, expect=422
    )
    assert sentence in page.words(".error-summary")[0]
    assert page.one("#cost-free").has_attr("checked") and len(one().sections) == 1


def test_of_two_who_change_a_page_the_second_sees_both_and_loses_nothing(
    app: Flask, curator: Browser, bundle: Made
) -> None:
    path = address(bundle(), "edit")
    first, second = (filled(curator.get(path), path, **FILLED) for _number in range(2))
    curator.post(path, {**first, "title": "Theirs"}, expect=303)
    page = curator.post(path, {**second, "title": "Mine"}, expect=409)
    assert "What stands now Theirs" in page.main and "What you wrote Mine" in page.main
    assert page.one("#title")["value"] == "Mine" and one().title == "Theirs"
    curator.post(path, {**second, **page.form(path), "title": "Mine", "intro": "Well done."}, expect=303)
    assert one().title == "Mine"


def test_of_two_who_change_a_section_the_second_sees_both(sqlite_app: Flask, curator: Browser, bundle: Made) -> None:
    bundle_id = bundle()
    section_id = one().sections[0].id
    path = address(bundle_id, "sections", section_id)
    first, second = ({**section_form(curator.get(path), path), **SECTION} for _number in range(2))
    curator.post(path, {**first, "title": "Theirs", "cost": ["free"]}, expect=303)
    page = curator.post(path, {**second, "title": "Mine", "needs": ["debt"]}, expect=409)
    assert "Theirs" in page.words(".frame")[0] and "Debt and money advice" in page.words(".frame")[0]
    assert page.one("#title")["value"] == "Mine"
    section = one().sections[0]
    assert (section.title, section.needs, section.filters) == ("Theirs", ["loneliness"], {"cost": ["free"]})


def test_an_old_press_changes_nothing_and_says_so(sqlite_app: Flask, curator: Browser, bundle: Made) -> None:
    bundle_id = bundle()
    for more in (
        ("unpublish",),
        ("sections", one().sections[0].id, "remove"),
        ("sections", one().sections[0].id, "up"),
    ):
        page = press(curator, bundle_id, *more, expect=409, version="0")
        assert "Somebody else changed this page" in page.main
    assert one().state == "published" and len(one().sections) == 1


def test_sections_are_moved_and_taken_out(sqlite_app: Flask, curator: Browser, bundle: Made) -> None:
    told = [{"title": name, "needs": ["loneliness"]} for name in ("One", "Two", "Three")]
    bundle_id = bundle(*told)
    ids = {section.title: section.id for section in one().sections}
    press(curator, bundle_id, "sections", ids["Three"], "up")
    press(curator, bundle_id, "sections", ids["One"], "up")
    press(curator, bundle_id, "sections", ids["One"], "down")
    assert [section.title for section in one().sections] == ["Three", "One", "Two"]
    press(curator, bundle_id, "sections", ids["One"], "remove")
    press(curator, bundle_id, "sections", ids["Two"], "remove")
    assert "needs a section" in press(curator, bundle_id, "sections", ids["Three"], "remove", expect=422).main
    assert [section.title for section in one().sections] == ["Three"]


def test_a_service_is_pinned_by_its_address_and_unpinned(
    sqlite_app: Flask, curator: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    service_id = make.service("Tea", needs=["loneliness"]).id
    bundle_id = bundle()
    section_id = one().sections[0].id
    index_now()
    sent = f"https://hereabouts.example/services/{service_id}/tea"
    press(curator, bundle_id, "sections", section_id, "pin", service=sent)
    press(curator, bundle_id, "sections", section_id, "pin", service=sent)
    assert [pinned.service_id for pinned in one().sections[0].pins] == [service_id]
    page = curator.get(address(bundle_id))
    assert "Tea Pinned" in page.main and "The search finds 1 service now" in page.main
    press(curator, bundle_id, "sections", section_id, "unpin", service=service_id)
    press(curator, bundle_id, "sections", section_id, "unpin", service=service_id)
    assert one().sections[0].pins == []
    for wrong in ("", "\x00", "https://example.org", str(uuid4()), "9" * 5000):
        assert press(curator, bundle_id, "sections", section_id, "pin", service=wrong, expect=422).select(
            ".notification"
        )
    many = [make.service(f"Tea {number}", needs=["loneliness"]).id for number in range(7)]
    for one_id in many[:6]:
        press(curator, bundle_id, "sections", section_id, "pin", service=one_id)
    full = press(curator, bundle_id, "sections", section_id, "pin", service=many[6], expect=422)
    assert "6 pinned services at most" in full.main


def test_what_a_page_left_out_is_told_to_its_curators(
    sqlite_app: Flask, curator: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    closed = make.service("Closed Club", needs=["loneliness"], status="defunct").id
    other = make.service("Debt Desk", needs=["debt"]).id
    bundle_id = bundle(pins=(closed, other))
    index_now()
    page = curator.get(address(bundle_id))
    told = page.words(".frame li")
    assert told == [
        "Closed Club (Company): it has closed or is off the site.",
        "Debt Desk (Company): the search of its section does not find it.",
    ]
    assert "2 pinned services left Older and living alone" in curator.get("/curate").main


def test_the_list_says_what_is_to_be_reviewed(sqlite_app: Flask, curator: Browser, bundle: Made) -> None:
    today = clock.today()
    bundle(slug="later", title="Later", review_by=today + timedelta(days=31))
    bundle(slug="soon", title="Soon", review_by=today + timedelta(days=30))
    bundle(slug="late", title="Late", review_by=today - timedelta(days=1))
    page = curator.get("/curate")
    assert [told.split(" by ")[0] for told in page.words(".bundles__tasks li")] == ["Review Late", "Review Soon"]
    assert page.words(".bundles__tasks .late") == ["by 22 November 2026"]
    assert page.words(".list-table tbody th") == ["Late", "Soon", "Later"]


def test_another_areas_pages_are_not_found(
    sqlite_app: Flask, curator: Browser, stranger: Browser, bundle: Made
) -> None:
    bundle_id = bundle()
    section_id = one().sections[0].id
    db.session.rollback()
    for more in (
        (),
        ("edit",),
        ("preview",),
        ("history",),
        ("history", 1),
        ("sections", "new"),
        ("sections", section_id),
    ):
        assert curator.get(address(bundle_id, *more), expect=404 if more == ("history", 1) else 200)
        assert stranger.get(address(bundle_id, *more), expect=404).status == 404, more
    page = stranger.get("/curate/bundles/new")
    token = page.select("input[name=csrf_token]")[0]["value"]
    for more in (
        ("edit",), ("publish",), ("unpublish",), ("sections", "new"), ("sections", section_id), ("sections", section_id, "up"),
        ("sections", section_id, "remove"), ("sections", section_id, "pin"), ("sections", section_id, "unpin"),
    ):  # fmt: skip
        assert (
            stranger.post(address(bundle_id, *more), {"csrf_token": token, "version": 1}, expect=404).status == 404
        ), more
    assert "Older and living alone" not in stranger.get("/curate").main
    assert page.words("select[name=area] option") == ["Camden"]
    other = bundle(slug="other", area="camden")
    assert curator.get(address(other, "sections", section_id), expect=404).status == 404


def test_a_section_of_another_page_is_not_found(sqlite_app: Flask, curator: Browser, bundle: Made) -> None:
    bundle(slug="one")
    section_id = db.session.query(BundleSection).one().id
    other = bundle(slug="two")
    assert curator.get(address(other, "sections", section_id), expect=404).status == 404


@pytest.mark.parametrize("role", ["lead", "link-worker", "commissioner", "team-member"])
def test_other_roles_may_not(
    sqlite_app: Flask, areas: None, make: Make, as_user: Callable[..., Browser], role: str
) -> None:
    assert as_user(make.user(role)).get("/curate", expect=403).status == 403


def test_history_shows_what_read_otherwise(sqlite_app: Flask, curator: Browser, bundle: Made) -> None:
    make(curator)
    bundle_id = one().id
    path = address(bundle_id, "edit")
    curator.post(path, {**filled(curator.get(path), path, **FILLED), "title": "Twins in Clarendon Park"}, expect=303)
    page = curator.get(address(bundle_id, "history"))
    assert page.words(".list-table tbody td:nth-of-type(1)") == ["Words, place or review date changed", "Made"]
    version = curator.get(page.link("Version 1"))
    assert "Then New baby in Clarendon Park Now Twins in Clarendon Park" in version.main


def test_a_preview_shows_a_draft_to_its_curators_alone(
    sqlite_app: Flask, curator: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Tea", needs=["loneliness"])
    bundle_id = bundle(state="draft")
    index_now()
    page = curator.get(address(bundle_id, "preview"))
    assert "This is a preview." in page.main and page.words(".service-card__name") == ["Tea"]
    assert "Support for you" in curator.get(page.link("For somebody I look after")).main


def test_a_curator_by_councils_code_has_the_sets_that_lie_in_it(
    sqlite_app: Flask, areas: None, make: Make, as_user: Callable[..., Browser], bundle: Made
) -> None:
    bundle_id = bundle()
    here = as_user(make.user("moderator", area="E06000016"))
    assert here.get(address(bundle_id)).words("h1") == ["Older and living alone"]
    elsewhere = as_user(make.user("moderator", area="E09000007", email="camden@example.org"))
    assert elsewhere.get(address(bundle_id), expect=404).status == 404
    place = db.session.query(Neighbourhood).filter_by(slug="clarendon-park").one()
    place.parts.append(NeighbourhoodPart(kind="msoa", code="E02000180", vintage=2021, valid_from=date(2026, 1, 1)))
    db.session.commit()
    for browser in (here, elsewhere):
        browser.get(address(bundle_id), expect=404)
