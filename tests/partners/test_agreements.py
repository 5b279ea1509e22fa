"""Agreements: what they ask for and when, once each; renewed, ended, signed, promised; with partners that are no more."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.partners import raising, task_actions
from portal.partners.agreement_actions import is_https
from portal.partners.due import mark_of
from portal.partners.models import Agreement, PartnerTask, Signatory
from portal.registers.models import RegisterFlag
from tests.factories import Make
from tests.partners.world import BEGAN, World, dates, in_days, key
from tests.support.mailbox import Mailbox
from tests.support.page import Browser


def _look() -> None:
    raising.look()
    db.session.commit()


def _tasks(state: str = "open") -> list[tuple[str, int]]:
    rows = db.session.scalars(
        select(PartnerTask).where(PartnerTask.state == state).order_by(PartnerTask.kind, PartnerTask.days)
    )
    return [(one.kind, one.days) for one in rows]


@pytest.mark.parametrize(
    ("days", "mark"),
    [(200, None), (91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (1, 30), (0, 30), (-9, 30)],
)
def test_the_mark_that_was_reached_last_is_raised(days: int, mark: int | None) -> None:
    today = date(2026, 11, 23)
    assert mark_of(today + timedelta(days=days), today) == mark


def test_an_end_asks_at_90_60_and_30_days_and_each_is_raised_once(app: Flask, here: World, mailbox: Mailbox) -> None:
    here.agreement(ends_on=in_days(120), review_on=None)
    begun, email, programme = clock.now(), here.manager.email, here.programme.id
    heard = []
    for days in (0, 29, 30, 31, 45, 60, 75, 90, 91, 121):
        with clock.freeze(begun + timedelta(days=days)):
            _look()
            _look()
            heard.append((days, _tasks(), _tasks("passed")))
    assert heard[:2] == [(0, [], []), (29, [], [])]
    assert heard[2][1:] == ([("end", 90)], [])
    assert heard[5][1:] == ([("end", 60)], [("end", 90)])
    assert heard[7][1:] == ([("end", 30)], [("end", 60), ("end", 90)])
    assert heard[9][1:] == ([("end", 30)], [("end", 60), ("end", 90)])
    assert db.session.scalar(select(func.count()).select_from(PartnerTask)) == 3
    messages = mailbox.to(email)
    assert [one.subject for one in messages] == ["1 agreement with a partner needs you"] * 3
    assert "Evening cafe" not in messages[0].text and "Larkfield" not in messages[0].text
    assert f"/partners/agreements?programme={programme}" in messages[0].text


def test_several_at_once_are_one_message_and_those_who_keep_nothing_hear_nothing(
    app: Flask, here: World, make: Make, mailbox: Mailbox
) -> None:
    reads = make.user("commissioner", area="leicester").email
    for number in range(3):
        here.agreement(title=f"Paper {number}", ends_on=in_days(50), review_on=in_days(-5))
    _look()
    keeps = here.manager.email
    assert [one.subject for one in mailbox.to(keeps)] == ["6 agreements with partners need you"]
    assert mailbox.to(reads) == []


def test_tasks_wait_for_who_keeps_the_programme_where_nobody_does(app: Flask, here: World, mailbox: Mailbox) -> None:
    here.agreement(ends_on=in_days(10))
    email = here.manager.email
    here.manager.deactivated_at = clock.now()
    db.session.commit()
    _look()
    assert _tasks() == [("end", 30)]
    here.manager.deactivated_at = None
    db.session.commit()
    assert mailbox.to(email) == []
    _look()
    assert len(mailbox.to(email)) == 1


def test_what_was_over_before_it_was_noted_asks_for_nothing(app: Flask, here: World) -> None:
    here.agreement(starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1), review_on=date(2020, 6, 1))
    _look()
    assert _tasks() == []


def test_a_renewal_keeps_both_and_does_what_was_to_be_done(
    app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    one = here.agreement(ends_on=in_days(20), review_on=None, reference="CCP/12")
    assert _tasks() == [("end", 30)]
    browser, address = as_user(here.manager), f"/partners/agreements/{one.id}/renew"
    page = browser.get(address)
    assert page.one("input[name=starts_on-day]")["value"] == str(in_days(21).day)
    told = {
        "kind": "service", "title": "Evening cafe", "reference": "CCP/13", "link": "", "version": "1", "key": key(),
        **dates("starts_on", in_days(21)), **dates("ends_on", in_days(400)), **dates("review_on", in_days(200)),
    }  # fmt: skip
    early = browser.post(address, {**told, **dates("starts_on", in_days(5))}, expect=422)
    assert "Choose a first day after that" in early.main and early.one("input[name=reference]")["value"] == "CCP/13"
    browser.post(address, told, expect=303)
    browser.post(address, told, expect=303)
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == 2
    assert _tasks() == [] and _tasks("done") == [("end", 30)]
    again = browser.post(address, {**told, "key": key(), "version": "2"}, expect=422)
    assert "It has been renewed already" in again.main
    with clock.freeze(clock.now() + timedelta(days=21)):
        _look()
    assert _tasks() == []
    assert "Renewed by" in browser.get(f"/partners/agreements/{one.id}").main


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (dates("ends_on", BEGAN - timedelta(days=1)), "The last day comes before the first"),
        (dates("review_on", BEGAN - timedelta(days=1)), "The review comes before the first day"),
        (
            {**dates("ends_on", BEGAN), **dates("review_on", BEGAN + timedelta(days=9))},
            "The review comes after the last day",
        ),
        ({"link": "http://papers.example.org/1"}, "begins with https://"),
        ({"link": "javascript:alert(1)"}, "begins with https://"),
        ({"link": "https://user:word@papers.example.org/1"}, "begins with https://"),
        ({"kind": ""}, "Choose what it is"),
        ({"kind": "song"}, "Choose one of the answers"),
        ({"title": "\x00\u202e"}, "Enter a title"),
        ({"title": "Evening CAFE"}, "Choose a first day after that"),
        ({"starts_on-day": "31", "starts_on-month": "2"}, "That month has no such day"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused_at_its_field(
    sqlite_app: Flask, here: World, as_user: Callable[..., Browser], told: dict[str, str], sentence: str
) -> None:
    here.agreement()
    whole = {
        "kind": "service", "title": "Another cafe", "reference": "", "link": "", "key": key(),
        **dates("starts_on", BEGAN), **dates("ends_on", None), **dates("review_on", None), **told,
    }  # fmt: skip
    page = as_user(here.manager).post(f"/partners/{here.partner.id}/agreements/add", whole, expect=422)
    assert sentence in page.one(".error-summary").get_text(" ")
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == 1


def test_what_may_be_a_link() -> None:
    assert is_https("https://papers.example.org/a?b=c")
    for wrong in ("https://", "https:///x", "//papers.example.org", "https://[", "data:text/html,x", "https://a@b"):
        assert not is_https(wrong)


def test_two_people_change_an_agreement(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    one, browser = here.agreement(), as_user(here.manager)
    told = {
        "kind": "service", "title": "Morning cafe", "reference": "", "link": "", "version": "1",
        **dates("starts_on", BEGAN), **dates("ends_on", in_days(40)), **dates("review_on", None),
    }  # fmt: skip
    address = f"/partners/agreements/{one.id}/change"
    browser.post(address, told, expect=303)
    assert _tasks() == [("end", 60)]
    page = browser.post(address, {**told, "title": "Night cafe", **dates("ends_on", in_days(300))}, expect=409)
    assert "Morning cafe" in page.main and page.one("input[name=title]")["value"] == "Night cafe"
    assert page.one("input[name=version]")["value"] == "2"
    browser.post(address, {**told, "title": "Night cafe", "version": "2", **dates("ends_on", in_days(300))}, expect=303)
    assert _tasks() == [] and _tasks("passed") == [("end", 60)]
    browser.post(address, {**told, "version": "3"}, expect=303)
    assert _tasks() == [("end", 60)]


def test_an_agreement_is_ended_early_and_stays(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    one, browser = here.agreement(ends_on=in_days(20)), as_user(here.manager)
    address = f"/partners/agreements/{one.id}/end"
    late = browser.post(address, {"version": "1", "why": "Moved", **dates("ended_on", in_days(21))}, expect=422)
    assert "between its first and its last day" in late.main
    browser.post(address, {"version": "1", "why": "They moved away.", **dates("ended_on", in_days(-1))}, expect=303)
    assert _tasks() == []
    shown = browser.get(f"/partners/agreements/{one.id}")
    assert "Ended early" in shown.main and "They moved away." in shown.main
    assert "Evening cafe" in browser.get("/partners/agreements?view=over").main
    assert "Evening cafe" not in browser.get("/partners/agreements?view=hold").main
    raw = db.session.connection().exec_driver_sql("select ended_why from agreement").scalar()
    assert "moved" not in str(raw)


def test_a_review_is_held_and_the_next_is_asked_for(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    one = here.agreement(ends_on=None, review_on=in_days(-20))
    task, browser = db.session.scalars(select(PartnerTask)).one(), as_user(here.manager)
    listed = browser.get("/partners/agreements")
    assert "20 days late" in listed.main and "Review “Evening cafe” by" in listed.main
    address = f"/partners/tasks/{task.id}"
    told = {
        "version": "1",
        "what": "done",
        "reason": "We met on Monday.",
        **dates("until", None),
        **dates("next_on", in_days(365)),
    }
    assert "Choose what to do" in browser.post(address, {**told, "what": ""}, expect=422).main
    assert "Choose one of the answers" in browser.post(address, {**told, "what": "eat"}, expect=422).main
    assert "Say what was done" in browser.post(address, {**told, "reason": ""}, expect=422).main
    assert "Enter a day after today" in browser.post(address, {**told, **dates("next_on", in_days(0))}, expect=422).main
    browser.post(address, told, expect=303)
    assert one.review_on == in_days(365) and _tasks() == [] and _tasks("done") == [("review", 30)]
    assert "Someone else changed this" in browser.post(address, told, expect=409).main
    with clock.freeze(clock.now() + timedelta(days=275)):
        _look()
    assert _tasks() == [("review", 90)]


def test_a_task_is_put_off_with_a_reason_and_comes_back(
    app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    here.agreement(ends_on=in_days(25))
    task, browser = db.session.scalars(select(PartnerTask)).one(), as_user(here.manager)
    address = f"/partners/tasks/{task.id}"
    told = {"version": "1", "what": "put-off", "reason": "Their board meets on the 9th.", **dates("until", in_days(7))}
    for wrong in (None, in_days(0), in_days(91)):
        page = browser.post(address, {**told, **dates("until", wrong)}, expect=422)
        assert "Their board meets" in page.one("textarea").get_text()
    browser.post(address, told, expect=303)
    assert "Nothing is to be done" in browser.get("/partners/agreements").main
    off = browser.get("/partners/agreements?view=put-off")
    assert "Their board meets on the 9th." in off.main
    with clock.freeze(clock.now() + timedelta(days=7)):
        assert "ends on" in as_user(here.manager).get("/partners/agreements").main
    raw = db.session.connection().exec_driver_sql("select reason from partner_task").scalar()
    assert "board" not in str(raw)


def test_it_may_run_out_as_it_was_meant_to(app: Flask, here: World) -> None:
    one = here.agreement(ends_on=in_days(80))
    task = db.session.scalars(select(PartnerTask)).one()
    task_actions.lapses(task, "One summer only.", version=1, by=here.manager)
    db.session.commit()
    for days in (25, 55, 81):
        with clock.freeze(clock.now() + timedelta(days=days)):
            _look()
    assert one.lapses and _tasks() == []


def test_agreements_of_a_partner_that_is_no_more_are_marked_and_nothing_goes(
    app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    one, over = here.agreement(), here.agreement(title="Old", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    browser, address = as_user(here.manager), f"/partners/{here.partner.id}/closed"
    told = {"version": "1", "why": "A letter of the trustees.", **dates("closed_on", in_days(-2))}
    assert "not in the future" in browser.post(address, {**told, **dates("closed_on", in_days(2))}, expect=422).main
    browser.post(address, told, expect=303)
    assert (one.marked_as, over.marked_as) == ("closed", None) and _tasks() == [("dissolved", 0)]
    page = browser.get(f"/partners/{here.partner.id}")
    assert "This organisation has closed" in page.main and "Evening cafe" in page.main
    assert "Larkfield" in browser.get("/partners?show=closed").main
    _look()
    _look()
    assert _tasks() == [("dissolved", 0)]
    task = db.session.scalars(select(PartnerTask)).one()
    told = {"version": "1", "what": "done", "reason": "Another group takes over."}
    browser.post(f"/partners/tasks/{task.id}", {**told, **dates("until", None)}, expect=303)
    _look()
    assert _tasks() == []
    browser.post(f"/partners/{here.partner.id}/opened", expect=303)
    assert one.marked_as is None and db.session.scalar(select(func.count()).select_from(Agreement)) == 2


def test_a_register_that_holds_a_partner_no_more_marks_its_agreements(
    app: Flask, here: World, mailbox: Mailbox
) -> None:
    one, email = here.agreement(), here.manager.email
    flag = RegisterFlag(organization_id=here.partner.organization_id, register="GB-CHC", number="1093556")
    db.session.add(flag)
    db.session.commit()
    _look()
    assert one.marked_as == "register" and _tasks() == [("dissolved", 0)]
    flag.looked_at = clock.now()
    db.session.commit()
    _look()
    assert one.marked_as is None and _tasks() == [] and _tasks("passed") == [("dissolved", 0)]
    flag.looked_at = None
    db.session.commit()
    _look()
    assert one.marked_as == "register" and _tasks() == [("dissolved", 0)]
    assert len(mailbox.to(email)) == 1


def test_who_signed_is_kept_encrypted_and_reading_it_is_noted(
    app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    one, browser = here.agreement(), as_user(here.manager)
    address = f"/partners/agreements/{one.id}/sign"
    told = {
        "organisation": str(here.partner.organization_id), "name": "Petronella Quist", "job": "Treasurer", "key": key(),
        **dates("signed_on", in_days(-3)),
    }  # fmt: skip
    assert "Choose one of the answers" in browser.post(address, {**told, "organisation": str(one.id)}, expect=422).main
    assert "not in the future" in browser.post(address, {**told, **dates("signed_on", in_days(1))}, expect=422).main
    browser.post(address, told, expect=303)
    browser.post(address, told, expect=303)
    signed = db.session.scalars(select(Signatory)).one()
    raw = db.session.connection().exec_driver_sql("select name, job from agreement_signatory").one()
    assert "Petronella" not in raw[0] and "Treasurer" not in raw[1]
    assert "Petronella Quist" in browser.get(f"/partners/agreements/{one.id}").main
    read = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "agreement.read")
    assert db.session.scalar(read) == 1
    browser.post(f"/partners/agreements/{one.id}/signatures/{signed.id}/remove", expect=303)
    assert "No signature is noted yet" in browser.get(f"/partners/agreements/{one.id}").main
    assert db.session.scalar(read) == 1


def test_capacity_is_promised_by_quarter(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    one, browser = here.agreement(), as_user(here.manager)
    address = f"/partners/agreements/{one.id}/promise"
    told = {"version": "1", "quarter": "2026-q4", "places": "40", "sessions": ""}
    for wrong in ({"places": "-1"}, {"places": "a lot"}, {"places": "9" * 30}, {"sessions": "100001"}):
        assert "Enter a whole number from 0 to 100,000" in browser.post(address, {**told, **wrong}, expect=422).main
    for wrong in ({"quarter": ""}, {"quarter": "2031-q1"}, {"quarter": "x"}):
        browser.post(address, {**told, **wrong}, expect=422)
    browser.post(address, told, expect=303)
    assert "October to December 2026 40 places" in browser.get(f"/partners/agreements/{one.id}").main
    assert "changed this" in browser.post(address, {**told, "places": "50"}, expect=409).main
    browser.post(address, {**told, "version": "2", "places": "", "sessions": "12"}, expect=303)
    shown = browser.get(f"/partners/agreements/{one.id}").main
    assert "12 sessions" in shown and "40 places" not in shown


def test_lists_of_agreements_cost_the_same_however_long(
    app: Flask, here: World, as_user: Callable[..., Browser], count_statements: Callable[[], Any]
) -> None:
    here.agreement(title="First", ends_on=in_days(40), review_on=in_days(3))
    browser = as_user(here.manager)
    places = ("/partners/agreements", "/partners/agreements?view=hold", f"/partners/{here.partner.id}")
    few = []
    for place in places:
        with count_statements() as told:
            browser.get(place)
        few.append(len(told))
    for number in range(8):
        here.agreement(title=f"Paper {number}", ends_on=in_days(40), review_on=in_days(3))
    for place, before in zip(places, few, strict=True):
        with count_statements() as told:
            browser.get(place)
        assert len(told) == before <= 20


def test_what_was_typed_comes_back_as_words(sqlite_app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=y>"
    one_id = here.agreement(title=nasty, reference=nasty[:60], link="https://x.example.org/<b>").id
    browser = as_user(here.manager)
    for place in (f"/partners/agreements/{one_id}", "/partners/agreements?view=hold", f"/partners/{here.partner.id}"):
        page = browser.get(place)
        assert nasty in page.soup.get_text() and "<script>alert" not in page.html
