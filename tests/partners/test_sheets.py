"""Capacity and answers in time, so that no small number is told; and what leaves as a file or on paper."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.quarters import Quarter
from portal.directory.models import Service
from portal.partners import agreement_actions, board_actions, capacity, counting
from portal.partners.board_actions import SeatTold
from portal.partners.figure_models import PartnerFigure
from portal.partners.scopes import sights
from portal.people.models import Person
from portal.referrals.models import Introduction, IntroductionEvent, Referral
from tests.partners.world import BEGAN, World, in_days, key
from tests.support.page import Browser

SUMMER = Quarter(2026, 3)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> Any:
    with clock.freeze(NOW):
        yield


def referred(
    service: Service, count: int, *, began: int = 0, late: int = 0, state: str = "in-progress", day: int = 6
) -> None:
    """So many people, each accepted on a day of July after they were to be answered by the 8th, some late."""
    rows: list[Any] = []
    known = db.session.query(Person).count()
    for number in range(count):
        reference, ids = f"P{known + number:07}", {name: new_id() for name in ("person", "referral", "introduction")}
        at = datetime.combine(SUMMER.first + timedelta(days=20 if number < late else day), time(12), UTC)
        about = {"person_id": ids["person"], "referral_id": ids["referral"]}
        rows += [
            Person(id=ids["person"], reference=reference, organization_id=service.organization_id),
            Referral(id=ids["referral"], reference=reference, person_id=ids["person"], route="link-worker", status="active"),
            Introduction(
                id=ids["introduction"], reference=reference, kind="service", state=state, service_id=service.id,
                organization_id=service.organization_id, answered_at=at, respond_by=SUMMER.first + timedelta(days=7),
                started_at=at if number < began else None, **about,
            ),
            IntroductionEvent(
                introduction_id=ids["introduction"], verb="accept", from_state="in-review", to_state="accepted",
                actor_kind="user", who="P", channel="web", at=at, digest="0" * 64, **about,
            ),
        ]  # fmt: skip
    for kind in (Person, Referral, Introduction, IntroductionEvent):  # what others name comes first
        db.session.add_all([row for row in rows if isinstance(row, kind)])
        db.session.flush()
    db.session.commit()


def _line(here: World, quarter: Quarter = SUMMER) -> capacity.Line | None:
    counting.count()
    found = capacity.lines(sights(here.manager), quarter, partner_id=here.partner.id)
    return found[0] if found else None


def _cells(browser: Browser, what: str, asked: str = "") -> list[list[str]]:
    page = browser.get(f"/partners/{what}.csv{asked}")
    assert page.headers["Content-Type"].startswith("text/csv") and "attachment" in page.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(page.html.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("count", "began", "late", "told"),
    [
        (7, 3, 0, ("fewer than 8", "fewer than 8", "fewer than 8", "not shown")),
        (8, 7, 0, ("10", "fewer than 8", "10", "100%")),
        (12, 8, 6, ("10", "10", "10", "not shown")),
        (23, 18, 8, ("25", "20", "25", "60%")),
    ],
)
def test_small_numbers_are_told_nowhere(
    app: Flask, here: World, as_user: Callable[..., Browser], count: int, began: int, late: int, told: tuple[str, ...]
) -> None:
    service = here.make.service(organisation=here.partner.organization)
    referred(service, count, began=began, late=late)
    line, browser = _line(here), as_user(here.manager)
    assert line is not None
    assert (line.accepted_told, line.begun_told, line.due_told, line.share_told) == told
    asked = f"?quarter={SUMMER.slug}"
    row = next(row for row in _cells(browser, "capacity", asked) if here.partner.organization.name in row)
    assert tuple(row[-4:]) == told
    shown = browser.get(f"/partners/capacity{asked}")
    assert tuple(shown.words(".partners-number")[-4:]) == told
    assert tuple(browser.get(f"/partners/capacity/print{asked}").words("td")[-4:]) == told
    commissioner = as_user(here.make.user("commissioner", area="leicester"))
    assert tuple(_cells(commissioner, "capacity", asked)[1][-4:]) == told
    page = browser.get(f"/partners/{here.partner.id}").main
    assert all(one in page for one in told)


def test_words_in_place_of_a_number_are_told_apart_in_every_language(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    referred(here.make.service(organisation=here.partner.organization), 8, began=7)
    counting.count()
    for language in ("", "/cy", "/ur"):  # in Urdu they begin with the number
        page = as_user(here.manager).get(f"{language}/partners/{here.partner.id}")
        accepted, began = page.select(".partners-row dd")[:2]
        assert "10" in accepted.get_text() and "partners-words" not in accepted.get("class", [])
        assert "8" in began.get_text() and "partners-words" in began.get("class", []), language


def test_a_quarter_is_told_once_it_has_ended(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    service = here.make.service(organisation=here.partner.organization)
    one = here.agreement()
    agreement_actions.promise(one, SUMMER.first, {"places": 30, "sessions": 12}, version=1, by=here.manager)
    db.session.commit()
    referred(service, 20, began=20)
    with clock.freeze(datetime(2026, 8, 20, 9, tzinfo=UTC)):
        line = _line(here)
        assert line is not None and line.figure is None and line.accepted_told == line.share_told == "not yet"
        page = as_user(here.manager).get(f"/partners/capacity?quarter={SUMMER.slug}").main
        assert "20" not in page.partition("Larkfield")[2].partition("How we count")[0]
    line = _line(here)
    assert line is not None and (line.accepted_told, line.amount("places"), line.amount("sessions")) == ("20", 30, 12)


def test_services_elsewhere_others_and_mistakes_do_not_count(app: Flask, here: World) -> None:
    elsewhere = here.make.location(authority_code="E07000208", postcode="KT17 1AA")
    far = here.make.service("Far table", organisation=here.partner.organization, location=elsewhere)
    other = here.make.service("Other table", organisation=here.lead)
    near = here.make.service("Near table", organisation=here.partner.organization)
    online = here.make.service("By phone", organisation=here.partner.organization, is_online=True)
    referred(far, 30, began=30)
    referred(other, 30, began=30)
    referred(near, 30, began=30, state="entered-in-error")
    assert _line(here) is None
    db.session.query(PartnerFigure).delete()
    referred(near, 9)
    referred(online, 4)
    line = _line(here)
    assert line is not None and (line.accepted_told, line.begun_told, line.due_told) == ("15", "0", "15"), "of 13"


def test_a_person_counts_once_and_those_called_off_are_not_late(app: Flask, here: World) -> None:
    service = here.make.service(organisation=here.partner.organization)
    twin = here.make.service("Twin", organisation=here.partner.organization)
    referred(service, 9)
    referred(twin, 9)
    referred(service, 9, late=9, state="withdrawn")
    ids = [
        one.person_id for one in db.session.query(Introduction).filter_by(service_id=service.id, state="in-progress")
    ]
    for one, person_id in zip(db.session.query(Introduction).filter_by(service_id=twin.id).all(), ids, strict=True):
        one.person_id = person_id
    db.session.commit()
    line = _line(here)
    assert line is not None and (line.accepted_told, line.due_told, line.share_told) == ("20", "20", "100%"), (
        "of 18, not of 27"
    )


def test_figures_cost_the_same_however_many_partners(
    app: Flask, here: World, as_user: Callable[..., Browser], count_statements: Callable[[], Any]
) -> None:
    browser, address = as_user(here.manager), f"/partners/capacity?quarter={SUMMER.slug}"
    referred(here.make.service(organisation=here.partner.organization), 2)
    counting.count()
    with count_statements() as few:
        browser.get(address)
    for number in range(6):
        partner = here.other(f"Group {number}")
        referred(here.make.service(f"Table {number}", organisation=partner.organization), 2)
    counting.count()
    assert db.session.query(PartnerFigure).filter_by(quarter=SUMMER.first).count() == 8
    with count_statements() as many:
        browser.get(address)
    assert len(many) == len(few) <= 18


FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\uff1d1+1")


@pytest.mark.parametrize("nasty", [*FORMULAS, "<script>alert(1)</script>", 'a","b', "x\r\n=1+1"])
def test_no_export_holds_a_formula_and_every_word_comes_out_as_it_was(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser], nasty: str
) -> None:
    here.programme.name = here.programme.about = nasty[:150]
    here.partner.organization.name = here.partner.does = nasty
    one = here.agreement(title=nasty, reference=nasty)
    agreement_actions.promise(one, SUMMER.first, {"places": 3, "sessions": None}, version=1, by=here.manager)
    board = here.board(nasty)
    here.decision(board, nasty, decided=nasty, why=nasty, proposed_by=nasty)
    browser = as_user(here.manager)
    for what in ("partners", "agreements", "decisions", "capacity"):
        rows = _cells(browser, what, f"?quarter={SUMMER.slug}")
        assert len(rows) > 1
        for cell in (cell for row in rows[1:] for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d")), what
        held = [cell for row in rows[1:] for cell in row]
        assert nasty in held or f"'{nasty}" in held or nasty.replace("\r\n", "\n") in held
        page = browser.get(f"/partners/{what}/print?quarter={SUMMER.slug}")
        assert "<script>alert" not in page.html


def test_paper_tells_dates_as_people_write_them_and_how_figures_are_counted_as_the_page_does(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    one, browser = here.agreement(title="2025-04-01"), as_user(here.manager)
    here.agreement(title="Morning cafe", starts_on=in_days(-3), ends_on=in_days(90))
    agreement_actions.promise(one, SUMMER.first, {"places": 3, "sessions": None}, version=1, by=here.manager)
    db.session.commit()
    papers = {what: browser.get(f"/partners/{what}/print?quarter={SUMMER.slug}") for what in ("partners", "agreements")}
    assert "First day: 1 April 2025" in papers["partners"].main
    assert {"1 April 2025", "20 November 2026", "2025-04-01"} <= set(papers["agreements"].words("td"))
    for what in papers:
        assert any("2025-04-01" in row[4:] for row in _cells(browser, what)), "a file tells them as programs do"
    page, paper = (browser.get(f"/partners/capacity{end}?quarter={SUMMER.slug}") for end in ("", "/print"))
    told = page.words(".partners-how p")
    assert len(told) == 2 and [one for one in told if one in paper.words("p")] == told


def test_exports_name_no_person(sqlite_app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    one, board = here.agreement(), here.board()
    agreement_actions.sign(
        one, here.lead, "Petronella Quist", "Treasurer", in_days(-3), form_key=key(), by=here.manager
    )
    board_actions.seat(board, SeatTold("Omar Fell", "Chair", BEGAN), form_key=key(), by=here.manager)
    here.decision(board, proposed_by="Sunniva Brand")
    browser = as_user(here.manager)
    for what in ("partners", "agreements", "decisions", "capacity"):
        for address in (f"/partners/{what}.csv", f"/partners/{what}/print"):
            text = browser.get(address).html
            assert not any(name in text for name in ("Petronella", "Omar", "Sunniva"))


def test_the_register_holds_roles_of_every_time(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    here.other("Gone Group", starts_on=BEGAN, ends_on=in_days(-3))
    rows = _cells(as_user(here.manager), "partners")
    assert [row[2:5] for row in rows[1:]] == [
        ["Copperbrook Care", "Lead provider", ""],
        ["Larkfield Circle of leicester", "Subcontractor", "Copperbrook Care"],
        ["Gone Group", "Informal partner", ""],
    ]


def test_rubbish_in_addresses_is_taken_for_all(sqlite_app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    browser = as_user(here.manager)
    for asked in (
        f"quarter=2026-9&programme=%00&page={'9' * 50}&role=x&show=y&q=%00",
        "quarter=1999-q1&programme=1&page=-1",
        "quarter=%ff",
    ):
        for place in ("", "/capacity", "/agreements", "/capacity.csv", "/partners/print"):
            browser.get(f"/partners{place}?{asked}")
    browser.get("/partners/everything.csv", expect=404)
