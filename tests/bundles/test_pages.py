"""Pages for a situation in life as the public sees them: what the search finds now, and nothing else."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask

from portal.core.extensions import db
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from tests.factories import Make
from tests.support.page import Browser

PATH = "/life/older-and-alone"
Made = Callable[..., UUID]
Index = Callable[[], None]


def names(page: Any) -> list[str]:
    return page.words(".service-card__name")  # type: ignore[no-any-return]


def close(service_id: UUID, **columns: Any) -> None:
    service = db.session.get_one(Service, service_id)
    for name, value in (columns or {"status": "defunct"}).items():
        setattr(service, name, value)
    listing_changed(service.id)
    db.session.commit()


def test_a_page_shows_what_the_search_finds_now(
    app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Tea Table", needs=["loneliness"])
    make.service("Debt Desk", needs=["debt"])
    bundle(
        {"title": "Company", "text": "Come as you are.", "needs": ["loneliness"]}, {"title": "Money", "needs": ["debt"]}
    )
    index_now()
    page = browser.get(PATH)
    assert page.words("h1") == ["Older and living alone"] and names(page) == ["Tea Table", "Debt Desk"]
    assert page.words("main section h2")[:2] == ["Company", "Money"] and "Come as you are." in page.main
    assert "Kept by The neighbourhood team." in page.main
    make.service("New Table", needs=["loneliness"])
    index_now()
    assert set(names(browser.get(PATH))) == {"Tea Table", "New Table", "Debt Desk"}


def test_filters_and_distance_narrow_it_as_on_the_search(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Free", needs=["loneliness"])
    make.service("Dear", needs=["loneliness"], cost=2500)
    make.service("Far", needs=["loneliness"], location=make.location(point=(52.75, -1.1)))
    make.service("By referral", needs=["loneliness"], joining=["professional_only"])
    bundle(
        {"title": "Company", "needs": ["loneliness"], "within": "3", "filters": {"cost": ["free"], "join": ["drop_in"]}}
    )
    index_now()
    page = browser.get(PATH)
    assert names(page) == ["Free"]
    more = "/services?near=LE2+0QB&within=3&join=drop_in&cost=free&topic=loneliness"
    assert names(browser.get(more)) == ["Free"]


def test_only_as_many_as_are_asked_for_and_each_once(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    for number in range(6):
        make.service(f"Table {number}", needs=["loneliness", "food"])
    bundle({"title": "One", "needs": ["loneliness"], "most": 2}, {"title": "Two", "needs": ["food"], "most": 3})
    index_now()
    page = browser.get(PATH)
    assert len(names(page)) == len(set(names(page))) == 5
    address = page.link("See all 6 results of this search : One")
    assert address.startswith("/services?") and "topic=loneliness" in address
    assert "6 results" in browser.get(address).main or len(names(browser.get(address))) == 6


def test_what_is_about_the_need_alone_goes_before_what_helps_with_it_too(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Benefits desk with lunch", needs=["benefits", "food"])
    make.service("Mothers who cook", needs=["womens-groups", "faith-culture", "food"])
    make.service("Parcels", needs=["food"], location=make.location(point=(52.62, -1.11)))
    bundle({"title": "Food", "needs": ["food"], "most": 2})
    index_now()
    assert names(browser.get(PATH)) == ["Parcels", "Benefits desk with lunch"]
    assert names(browser.get("/services?near=LE2+0QB&topic=food"))[-1] == "Parcels", "farther away than the others"


def test_a_pinned_service_stands_first_until_it_closes(
    app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Near", needs=["loneliness"])
    pinned = make.service("Pinned", needs=["loneliness"], location=make.location(point=(52.66, -1.12))).id
    bundle(pins=(pinned,))
    index_now()
    assert names(browser.get(PATH)) == ["Pinned", "Near"]
    close(pinned)
    assert names(browser.get(PATH)) == ["Near"], "before the index knows"
    index_now()
    assert names(browser.get(PATH)) == ["Near"]


def test_a_pinned_service_that_no_longer_fits_is_left_out(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    pinned = make.service("Pinned", needs=["loneliness"]).id
    bundle({"title": "Company", "needs": ["loneliness"], "filters": {"cost": ["free"]}}, pins=(pinned,))
    index_now()
    assert names(browser.get(PATH)) == ["Pinned"]
    service = db.session.get_one(Service, pinned)
    service.cost_options[0].kind, service.cost_options[0].amount = "paid", 20
    listing_changed(pinned)
    db.session.commit()
    index_now()
    page = browser.get(PATH)
    assert names(page) == [] and "We know of nothing near here for this now." in page.main


def test_a_pin_beyond_the_first_results_is_found(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index, monkeypatch: Any
) -> None:
    monkeypatch.setattr("portal.bundles.assembling.LOOKED_AT", 3)
    for number in range(8):
        make.service(f"Near {number}", needs=["loneliness"])
    pinned = make.service("Far", needs=["loneliness"], location=make.location(point=(52.8, -1.12))).id
    bundle(pins=(pinned,))
    index_now()
    assert names(browser.get(PATH))[0] == "Far"


def test_who_looks_after_somebody_sees_support_for_them_first(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Tea Table", needs=["loneliness"])
    make.service("Carers Breather", needs=["carers"])
    bundle(
        {
            "title": "Company for you", "text": "Come.", "carer_title": "Company for them", "carer_text": "Bring them.",
            "needs": ["loneliness"],
        },
        carer_intro="You do a lot.",
    )  # fmt: skip
    index_now()
    plain = browser.get(PATH)
    assert names(plain) == ["Tea Table"] and "You are not the only one." in plain.main
    theirs = browser.get(plain.link("For somebody I look after"))
    assert names(theirs) == ["Carers Breather", "Tea Table"] and "You do a lot." in theirs.main
    assert theirs.words("main section h2")[:2] == ["Support for you, who look after somebody", "Company for them"]
    assert "Bring them." in theirs.main and "Company for you" not in theirs.main
    assert browser.get(f"{PATH}?for=nonsense").words("main section h2")[0] == "Company for you"


def test_a_section_for_carers_that_is_there_comes_first_and_no_other_is_made(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Carers Breather", needs=["carers"])
    bundle({"title": "Company", "needs": ["loneliness"]}, {"title": "If you care for someone", "needs": ["carers"]})
    index_now()
    assert browser.get(f"{PATH}?for=carer").words("main section h2")[:2] == ["If you care for someone", "Company"]


def test_urgent_needs_bring_their_numbers_first(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    bundle({"title": "When it gets too much", "needs": ["crisis"]})
    index_now()
    page = browser.get(PATH)
    assert page.select(".urgent-card") and page.html.index("urgent-card") < page.html.index("When it gets too much")


def test_drafts_and_other_areas_are_not_found(sqlite_app: Flask, browser: Browser, bundle: Made) -> None:
    bundle(slug="draft", state="draft")
    bundle(slug="elsewhere", area="nowhere")
    for slug in ("draft", "elsewhere", "unknown", "%00", "x" * 200):
        assert browser.get(f"/life/{slug}", expect=404).status == 404
        assert browser.get(f"/life/{slug}/leaflet", expect=404).status == 404
    assert browser.get("/life").words(".topic-card") == []


def test_the_list_and_the_sitemap_name_what_is_published(sqlite_app: Flask, browser: Browser, bundle: Made) -> None:
    bundle(intro="You are not the only one who goes a day without talking to anybody.\n" + "Here are people. " * 5)
    bundle(slug="new-baby", title="New baby", area="camden")
    bundle(slug="draft", title="Draft", state="draft")
    page = browser.get("/life")
    assert page.words("section h2") == ["Camden", "Leicester"] and page.words("section h3") == [
        "New baby",
        "Older and living alone",
    ]
    assert page.words("section p")[-1].endswith("talking to anybody." + " Here are people." * 4), "and no half sentence"
    listed = browser.client.get("/sitemap.xml?part=pages").get_data(as_text=True)
    assert "/life/older-and-alone</loc>" in listed and "/life</loc>" in listed and "/life/draft" not in listed
    assert "/neighbourhoods/clarendon-park/drop-ins</loc>" in listed


def test_its_texts_carry_their_language_and_are_texts(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    nasty = "<script>alert(1)</script>\"'& =cmd"
    make.service("Tea", needs=["loneliness"])
    section = {"title": nasty, "text": nasty, "carer_title": nasty, "carer_text": nasty, "needs": ["loneliness"]}
    bundle(section, title=nasty, intro=nasty, carer_intro=nasty, kept_by=nasty, lang="ur")
    index_now()
    for path in (PATH, f"{PATH}?for=carer", f"{PATH}/leaflet", "/life"):
        page = browser.get(path)
        assert nasty in page.main and "<script>alert" not in page.html, path
        title = page.one("h1" if path != "/life" else ".topic-card h3")
        told = title if title.get("lang") else title.find_parent(lang=True)
        assert told is not None and told["lang"] == "ur" and told["dir"] == "rtl"


def test_structured_data_leaves_out_what_is_sensitive(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Tea", needs=["loneliness"])
    make.service("Recovery", needs=["loneliness", "addiction"])
    bundle()
    index_now()
    data = str(browser.get(PATH).one('script[type="application/ld+json"]').string)
    assert '"Tea"' in data and "Recovery" not in data and '"CollectionPage"' in data


def test_paper_has_numbers_places_and_who_to_ring(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index
) -> None:
    make.service("Tea Table", needs=["loneliness"], sessions=[make.session()], phone="0116 496 0142")
    make.service(
        "Refuge", needs=["loneliness"], location=make.location(privacy="hidden", address="9 Secret Row"), phone=None
    )
    bundle()
    index_now()
    page = browser.get(f"{PATH}/leaflet")
    assert "Tea Table 0116 496 0142" in page.main and "Every Tuesday, 10am to midday" in page.main
    assert "Secret Row" not in page.html and page.select(".help-now li") and page.select(".paper__square svg")
    assert "For somebody who looks after a person" in browser.get(f"{PATH}/leaflet?for=carer&large=1").main


def test_statements_do_not_grow_with_sections(
    sqlite_app: Flask, browser: Browser, make: Make, bundle: Made, index_now: Index, count_statements: Callable[[], Any]
) -> None:
    needs = ["loneliness", "debt", "food", "carers", "dementia", "housing", "transport", "digital"]
    for need in needs:
        for number in range(3):
            make.service(f"{need} {number}", needs=[need])
    bundle({"title": "One", "needs": needs[:1]}, slug="one")
    bundle(*({"title": need, "needs": [need]} for need in needs), slug="eight")
    index_now()
    counts = []
    for slug in ("one", "eight"):
        browser.get(f"/life/{slug}")
        with count_statements() as seen:
            browser.get(f"/life/{slug}")
        counts.append(len(seen))
    assert counts[1] - counts[0] <= 8 and counts[1] <= 24, counts
