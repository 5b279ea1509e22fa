"""Organisations, brand, areas and words as an administrator changes them."""

import io
from collections.abc import Callable

import pytest
from flask import Flask

from portal.admin import colours, logos
from portal.core.choices import SiteChoice
from portal.core.extensions import db
from portal.geography.actions import ensure_sets
from portal.notifications.models import MessageText
from portal.organisations.models import Organization
from tests.factories import Make
from tests.support.page import Browser

As = Callable[..., Browser]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x20\x08\x06\x00\x00\x00" + b"\x00" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def boss(make: Make, as_user: As) -> Browser:
    return as_user(make.user("administrator"))


def form_of(browser: Browser, **told: str) -> dict[str, str]:
    ours = {f"colour-{name}": value for name, value in colours.OURS.items()}
    return {"name": "Stoneygate Support", "operator": "", "phone": "", **ours, **told}


def test_the_brand_is_chosen_and_every_page_follows(app: Flask, boss: Browser, browser: Browser) -> None:
    boss.post("/admin/brand", form_of(boss, operator="Run by the council.", **{"colour-pine": "#1d4477"}), expect=303)
    page = browser.get("/")
    assert "Stoneygate Support" in page.text and "Run by the council." in page.text
    assert "--pine:#1d4477" in browser.client.get("/brand.css").get_data(as_text=True)
    assert page.select('link[href^="/brand.css?"]')


def test_another_process_follows_once_it_has_read_anew(sqlite_app: Flask, boss: Browser, browser: Browser) -> None:
    browser.get("/")
    db.session.add(SiteChoice(name="brand", value={"name": "Chosen elsewhere"}))
    db.session.commit()
    kept = sqlite_app.extensions["portal.choices"]
    assert "Chosen elsewhere" not in browser.get("/").text
    kept.read_at -= 31
    assert "Chosen elsewhere" in browser.get("/").text


@pytest.mark.parametrize(
    ("name", "value"), [("pine", "#9fd3c7"), ("ink", "#bbbbbb"), ("mist", "#104030"), ("pine", "red")]
)
def test_colours_that_cannot_be_read_are_refused_and_kept_in_the_form(
    sqlite_app: Flask, boss: Browser, name: str, value: str
) -> None:
    page = boss.post("/admin/brand", form_of(boss, **{f"colour-{name}": value}), expect=422)
    assert page.select(".error-summary") and page.one(f"#colour-{name}")["value"] == value
    assert db.session.query(SiteChoice).count() == 0


def test_ours_can_be_read() -> None:
    assert colours.unreadable({}) == [] and round(colours.contrast("#ffffff", "#000000")) == 21


def test_a_logo_is_served_with_its_type_and_can_be_dropped(app: Flask, boss: Browser, browser: Browser) -> None:
    for picture, name, kind in ((PNG, "x.png", "image/png"), (SVG, "x.svg", "image/svg+xml")):
        boss.post("/admin/brand", form_of(boss) | {"logo": (io.BytesIO(picture), name)}, expect=303)
        served = browser.client.get("/brand-logo")
        assert (served.data, served.mimetype) == (picture, kind)
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in served.headers["Content-Security-Policy"], "opened by itself it is a page that may nothing"
    boss.post("/admin/brand", form_of(boss), expect=303)
    assert browser.client.get("/brand-logo").status_code == 200
    boss.post("/admin/brand", form_of(boss, drop_logo="y"), expect=303)
    assert browser.client.get("/brand-logo").status_code == 404


NASTY = (
    b"", b"GIF89a", PNG[:20], PNG.replace(b"\x00\x00\x00\x20", b"\x00\x01\x00\x00"), b"x" * 300_000, b"<svg",
    SVG.replace(b"<path", b"<script>alert(1)</script><path"), SVG.replace(b"<path", b'<path onclick="alert(1)"'),
    SVG.replace(b"<path", b'<image href="https://evil.example/x.png"/><path'),
    SVG.replace(b"<path", b'<path fill="url(https://evil.example/#x)"'),
    b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
    b'<?xml-stylesheet type="text/css" href="https://evil.example/x.css"?>' + SVG,
    SVG.replace(b"<path", b'<path fill="url(#a) url(https://evil.example/#x)"'),
    SVG.replace(b"<path", b'<path mask="u\\72l(https://evil.example/)"'),
    SVG.replace(b"<path", b'<path cursor="image-set(\'https://evil.example/\' 1x)"'),
    SVG.replace(b"<path", b'<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=//e.example"/><path'),
    SVG.replace(b"<path", b'<form xmlns="http://www.w3.org/1999/xhtml" action="//evil.example"/><path'),
    SVG.replace(b"<path", b'<animateTransform attributeName="transform"/><path'),
    SVG.replace(b"<path", b'<feImage/><path'), SVG.replace(b"<path", b'<foreignObject/><path'),
    SVG.replace(b"<path", b'<use xmlns:x="http://www.w3.org/1999/xlink" x:href="https://evil.example/#x"/><path'),
    SVG.replace(b"<path", b'<g xml:base="https://evil.example/"/><path'),
    SVG.replace(b"<path", b'<handler xmlns="http://www.w3.org/2001/xml-events"/><path'),
    SVG.decode().encode("utf-16"), b'<?xml version="1.0" encoding="utf-7"?>+ADw-svg/+AD4-',
    b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 60_000,
)  # fmt: skip


@pytest.mark.parametrize("picture", NASTY, ids=range(len(NASTY)))
def test_what_is_no_plain_picture_is_no_logo(picture: bytes) -> None:
    assert logos.kind_of(picture) is None
    assert logos.kind_of(PNG) and logos.kind_of(SVG)


def test_a_plain_svg_may_paint_with_what_it_holds() -> None:
    head = b'<?xml version="1.0" encoding="UTF-8"?><!-- ours -->'
    gradient = b'<defs><linearGradient id="a"><stop offset="0" stop-color="#0b5351"/></linearGradient></defs>'
    assert logos.kind_of(head + SVG.replace(b"<path", gradient + b"<path fill=\"url('#a')\"")) == "image/svg+xml"
    assert logos.kind_of(SVG.replace(b"M0 0h9v9z", b"a" * 190_000)) == "image/svg+xml", "found within a second"
    nested = b"<g>" * 20_000 + b"</g>" * 20_000
    assert logos.kind_of(SVG.replace(b"<path", nested + b"<path")) == "image/svg+xml"


def test_areas_are_chosen(app: Flask, boss: Browser, browser: Browser) -> None:
    ensure_sets()
    db.session.commit()
    boss.post("/admin/areas", {"area": ["camden", "nowhere"]}, expect=303)
    assert boss.get("/admin/areas").select("#area-camden[checked]")
    page = browser.get("/neighbourhoods").main
    assert "Camden" in page and "Leicester" not in page
    boss.post("/admin/areas", {}, expect=303)
    assert "Leicester" in browser.get("/neighbourhoods").main


def test_an_organisation_is_added_once_renamed_and_found_by_its_new_name(
    app: Flask, make: Make, boss: Browser, browser: Browser, index_now: Callable[[], None]
) -> None:
    told = {"name": "Larkfield Circle", "key": "k" * 30}
    places = {boss.post("/admin/organisations/add", told, expect=303).headers["Location"] for _again in range(2)}
    assert len(places) == 1 and db.session.query(Organization).count() == 1
    made = db.session.query(Organization).one()
    made_id = made.id
    make.service("Tuesday Table", organisation=made)
    index_now()
    boss.post(f"/admin/organisations/{made_id}", {"name": "Zephyrfield Society"}, expect=303)
    index_now()
    assert "Tuesday Table" in browser.get("/services?q=zephyrfield").main
    numbers = f"/admin/organisations/{made_id}/numbers"
    boss.post(numbers, {"scheme": "GB-CHC", "number": "1093556"}, expect=303)
    boss.post(numbers, {"scheme": "GB-CHC", "number": "nonsense"}, expect=303)
    boss.post(numbers, {"scheme": "GB-XYZ", "number": "1"}, expect=303)
    made = db.session.get_one(Organization, made_id)
    assert [one.identifier for one in made.identifiers] == ["1093556"]
    boss.post(f"{numbers}/{made.identifiers[0].id}/remove", expect=303)
    assert "1093556" not in boss.get(f"/admin/organisations/{made_id}").main


def test_a_practice_gets_its_code_and_the_address_for_documents(sqlite_app: Flask, make: Make, boss: Browser) -> None:
    practice_id = make.organisation("Tannery Row Surgery").id
    address = f"/admin/organisations/{practice_id}"
    boss.post(f"{address}/numbers", {"scheme": "GB-NHS", "number": "c8 2031"}, expect=303)
    boss.post(f"{address}/numbers", {"scheme": "GB-NHS", "number": "C8/2031"}, expect=303)
    wrong = boss.post(address, {"name": "Tannery Row Surgery", "email": "tannery at nhs.net"}, expect=422)
    assert "tannery at nhs.net" in wrong.html
    boss.post(address, {"name": "Tannery Row Surgery", "email": "tannery@nhs.net"}, expect=303)
    boss.post(address, {"name": "Tannery Row"}, expect=303)
    practice = db.session.get_one(Organization, practice_id)
    assert (practice.name, practice.email) == ("Tannery Row", "tannery@nhs.net"), "what was not sent stays"
    assert [(one.identifier_type, one.identifier) for one in practice.identifiers] == [("ods", "C82031")]
    boss.post(address, {"name": "Tannery Row", "email": ""}, expect=303)
    assert db.session.get_one(Organization, practice_id).email is None


def test_words_of_a_message_are_previewed_saved_and_given_back(app: Flask, boss: Browser) -> None:
    address = "/admin/messages/words/invitation/en"
    shown = boss.get(address)
    ours = {tag["name"]: tag.get_text().strip() for tag in shown.select("textarea")}
    wrong = boss.post(address, ours | {"subject": "Hello {nobody}", "do": "save"}, expect=422)
    assert "Hello {nobody}" in wrong.one("#part-subject").get_text() and wrong.select(".error-summary")
    looked = boss.post(address, ours | {"subject": "Come to {service_name}", "do": "preview"}, expect=200)
    assert "Come to Hereabouts" in looked.main and db.session.query(MessageText).count() == 0
    boss.post(address, ours | {"subject": "Come to {service_name}", "do": "save"}, expect=303)
    assert db.session.query(MessageText).one().text == "Come to {service_name}"
    boss.post(address, ours | {"do": "save"}, expect=303)
    assert db.session.query(MessageText).count() == 0
    boss.get("/admin/messages/words/nothing/en", expect=404)
    boss.get("/admin/messages/words/invitation/xx", expect=404)


def test_html_in_every_field_stays_text(sqlite_app: Flask, boss: Browser) -> None:
    nasty = "<script>alert(1)</script>"
    boss.post("/admin/organisations/add", {"name": nasty, "key": "k" * 30}, expect=303)
    page = boss.get("/admin/organisations")
    assert nasty in page.main and "<script>alert" not in page.html
    boss.post("/admin/brand", form_of(boss, name=nasty), expect=303)
    assert "<script>alert" not in boss.get("/").html
