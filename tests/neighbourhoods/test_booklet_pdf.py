"""The booklet as a PDF: an extra that may be there or not, made apart from requests, and telling nothing that is withheld."""

import re
import sys

import pytest

from portal.core import clock
from portal.core.extensions import db, settings
from portal.core.jobs import Job
from portal.core.queue import work_once, work_until_idle
from portal.directory.models import Service
from portal.neighbourhoods import press, pressing
from portal.neighbourhoods.models import BookletFile
from tests.factories import MONDAY
from tests.neighbourhoods.test_neighbourhood import cut, here
from tests.support.pdf import Pdf

pytestmark = pytest.mark.usefixtures("monday")
PAGE = "/neighbourhoods/clarendon-park/booklet"
ADDRESS = f"{PAGE}.pdf"
HAS_WORDS = re.compile(rb"/Alt ?(?:\([^)]|<feff[0-9a-f])")
"""Plain, or in UTF-16 where they are not English."""


@pytest.fixture
def at_once(monkeypatch):
    """PDF files are made by the same function in this process: starting another takes most of the time."""
    from portal.neighbourhoods.pressed import pressed

    monkeypatch.setattr(press, "pdf_of", lambda html: pressed(html, settings().base_url))


@pytest.fixture
def without_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)


def made(browser, page=PAGE):
    """The PDF as somebody has it made who presses the button and looks again."""
    shown = browser.get(page)
    action = shown.one('form[action*="booklet.pdf"]')["action"]
    answer = browser.post(action, shown.form(action), expect=303)
    work_until_idle()
    file = browser.client.get(answer.headers["Location"])
    assert file.mimetype == "application/pdf"
    return Pdf(file.data)


def test_where_the_extra_is_missing_the_page_offers_no_pdf_and_its_address_says_why(
    sqlite_app, browser, make, without_extra
):
    cut()
    make.service(location=here(make))
    assert not press.is_here()
    page = browser.get(PAGE)
    assert "PDF" not in page.text and page.select("[data-print]")
    assert (
        "This site makes no PDF files. Print the booklet from its page instead."
        in browser.get(ADDRESS, expect=404).text
    )
    browser.post(ADDRESS, {}, expect=404)
    assert db.session.query(Job).filter_by(name="neighbourhoods.booklet").count() == 0


def test_a_pdf_is_made_by_the_worker_and_kept_until_something_changes(app, browser, make):
    cut()
    service = make.service(location=here(make))
    service_id = service.id
    missing = browser.get(ADDRESS, expect=404)
    assert "This PDF is not made yet" in missing.main
    answer = browser.post(ADDRESS, missing.form(ADDRESS), expect=303)
    waiting = browser.get(answer.headers["Location"], expect=202)
    assert "We are making the PDF" in waiting.main and waiting.link("Look again") == answer.headers["Location"]
    assert work_once("booklets")
    file = browser.client.get(ADDRESS)
    assert file.mimetype == "application/pdf" and file.headers["ETag"] and "noindex" in file.headers["X-Robots-Tag"]
    assert browser.client.get(ADDRESS, headers={"If-None-Match": file.headers["ETag"]}).status_code == 304
    assert browser.get(PAGE).link("Open as a PDF") == ADDRESS
    db.session.get(Service, service_id).name = "Renamed"
    db.session.commit()
    browser.get(ADDRESS, expect=404)


def test_it_is_tagged_and_has_a_language_a_title_and_words_for_each_picture(sqlite_app, browser, make, at_once):
    cut()
    make.service(location=here(make))
    for prefix, language in (("", "en"), ("/cy", "cy"), ("/ur", "ur")):
        pdf = made(browser, f"{prefix}{PAGE}")
        assert f"/Lang ({language})" in pdf.catalog and "/Marked true" in pdf.catalog
        assert "/DisplayDocTitle true" in pdf.catalog and "Clarendon Park" in pdf.metadata
        assert 'pdfuaid:part="1"' in pdf.metadata
        assert {"H1", "H2", "H3", "P", "L", "Link", "Figure"} <= set(pdf.tags())
        assert len(pdf.of_kind("Figure")) == 2 and all(HAS_WORDS.search(one) for one in pdf.of_kind("Figure"))
        assert not any(b"/URI" in told for told in pdf.objects.values())


def test_it_says_what_the_page_says_in_the_language_of_its_address(sqlite_app, browser, make, at_once):
    cut()
    make.service(location=here(make), sessions=[make.session("TU", "10:00", "12:00")], phone="01164960142")
    text = made(browser).text()
    told = (
        "What there is in Clarendon Park", "Tuesday Table", "Every Tuesday, 10am to midday", "0116 496 0142",
        "1 Larkfield Road LE2 0QB", "Printed 23 November 2026", "call 999", "Listings change: phone first",
    )  # fmt: skip
    for words in told:
        assert words.replace(" ", "") in text.replace("\u00a0", ""), words
    assert "Printed23November2026" not in made(browser, f"/cy{PAGE}").text()


def test_withheld_addresses_are_nowhere_in_the_file(app, browser, make, at_once):
    cut()
    near = here(make, privacy="area", address="9 Secret Row", name="Quiet House", place_name="Queens Road")
    make.service("Circle", location=near, opening_text="Come to 9 Secret Row")
    hidden = here(make, privacy="hidden", address="7 Hidden Lane", name="Harbour House", postcode="LE2 9ZZ")
    make.service("Harbour", at=[hidden, here(make)])
    pdf = made(browser)
    whole = pdf.text() + b"".join((*pdf.objects.values(), *pdf.streams.values())).decode("latin-1")
    assert "NearQueensRoad" in whole and "1LarkfieldRoad" in whole
    for word in ("SecretRow", "Secret Row", "QuietHouse", "HiddenLane", "HarbourHouse", "LE29ZZ"):
        assert word not in whole


def test_paper_and_letters_are_as_they_were_asked_for(sqlite_app, browser, make, at_once):
    cut()
    make.service(location=here(make))
    sizes = {}
    for more in ("", "?paper=a5", "?large=1"):
        pdf = made(browser, f"{PAGE}{more}")
        box = next(told for told in pdf.objects.values() if b"/MediaBox" in told)
        sizes[more] = [round(float(one)) for one in box.split(b"/MediaBox")[1].split(b"]")[0].strip(b" [").split()[2:]]
    assert sizes == {"": [595, 842], "?paper=a5": [420, 595], "?large=1": [595, 842]}


def test_no_other_site_and_no_other_file_is_read_for_it(sqlite_app, tmp_path):
    from portal.neighbourhoods.pressed import OurStatics

    statics = OurStatics(settings().base_url)
    assert statics.fetch(f"{settings().base_url}/static/css/paper.css?v=1").read()
    (tmp_path / "secret").write_text("secret")
    for address in (
        f"file://{tmp_path}/secret", "http://127.0.0.1:9/", "https://example.org/static/css/paper.css", "data:text/css,a{}",
        f"{settings().base_url}/static/../../pyproject.toml", f"{settings().base_url}/static/%2e%2e/app.py",
        f"{settings().base_url}/static//etc/passwd", f"{settings().base_url}/services", "ftp://127.0.0.1/", "//evil.example/x",
    ):  # fmt: skip
        with pytest.raises(ValueError, match="not a static file of ours"):
            statics.fetch(address)


def test_a_page_that_takes_too_long_or_too_much_ends_as_a_plain_failure(sqlite_app, monkeypatch):
    monkeypatch.setattr(press, "LONGEST_SECONDS", 1)
    rows = "".join(f"<p>{number} {'word ' * 400}</p>" for number in range(4000))
    with pytest.raises(press.NotPressed):
        press.pdf_of(f"<html lang='en'><title>x</title><body>{rows}</body></html>")
    monkeypatch.setattr(press, "LONGEST_SECONDS", 120)
    monkeypatch.setattr(press, "WAITED_SECONDS", 0.2)
    with pytest.raises(press.NotPressed, match="took too long"):
        press.pdf_of("<html lang='en'><title>x</title><body><p>Tea</p></body></html>")
    monkeypatch.setattr(press, "WAITED_SECONDS", 300)
    monkeypatch.setattr(press, "LARGEST", 100)
    with pytest.raises(press.NotPressed, match="too large"):
        press.pdf_of("<html lang='en'><title>x</title><body><p>Tea</p></body></html>")


def test_it_cannot_be_asked_for_without_end(sqlite_app, browser, make, monkeypatch):
    monkeypatch.setattr(pressing, "MOST_ASKED_AN_HOUR", 2)
    cut()
    make.service(location=here(make))
    form = browser.get(PAGE).form(ADDRESS)
    for _time in range(2):
        browser.post(ADDRESS, form, expect=303)
    assert int(browser.post(ADDRESS, form, expect=429).headers["Retry-After"]) > 0
    assert db.session.query(Job).filter_by(name="neighbourhoods.booklet").count() == 1


def test_old_files_are_thrown_away_and_not_handed_out(sqlite_app, browser, make, at_once):
    cut()
    make.service(location=here(make))
    made(browser)
    pressing.tidy()
    assert db.session.query(BookletFile).count() == 1
    with clock.freeze(MONDAY + pressing.KEPT_FOR):
        browser.get(ADDRESS, expect=404)
        pressing.tidy()
    assert db.session.query(BookletFile).count() == 0
    browser.get("/neighbourhoods/nowhere/booklet.pdf", expect=404)
