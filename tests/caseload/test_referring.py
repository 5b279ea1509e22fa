"""From a record to a referral that is sent: what is filled, what stops it, what is kept, and that it goes once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.people.models import Consent, Person
from portal.referrals import links
from portal.referrals.models import Introduction, Referral, SpaceWish
from portal.selfreferral import agreeing
from tests.factories import Make
from tests.support.page import Browser, Page
from tests.support.people import browser_as
from tests.support.referrals import World, agree, make_person, setting


@pytest.fixture
def worker(loop: World, app: Flask) -> Browser:
    return browser_as(app, loop.worker)


def refer_at(loop: World, *services: Any) -> str:
    ids = "&".join(f"service={one.id}" for one in services or (loop.service,))
    return f"/clients/{loop.person.reference}/refer?{ids}"


def filled(page: Page, **changes: Any) -> dict[str, Any]:
    """What the form of the page holds, as a browser would send it, with changes."""
    return {**held(page.one("form.refer-form")), **changes}


def held(form: Tag) -> dict[str, Any]:
    """What a form holds."""
    told: dict[str, Any] = {}
    for tag in form.select("input[name], textarea[name]"):
        name, kind = str(tag["name"]), tag.get("type")
        if kind in {"checkbox", "radio"} and "checked" not in tag.attrs:
            continue
        value = tag.get_text() if tag.name == "textarea" else str(tag.get("value", ""))
        told[name] = (
            [*told[name], value] if isinstance(told.get(name), list) else [told[name], value] if name in told else value
        )
    return told


def to_check(browser: Browser, loop: World, *services: Any, **changes: Any) -> Page:
    """The page to check, by the one page of the referral."""
    page = browser.get(refer_at(loop, *services))
    sent = browser.post(
        f"/clients/{loop.person.reference}/refer", filled(page, **{"how": "spoken", **changes}), expect=303
    )
    return browser.follow(sent)


def send(browser: Browser, check: Page, *, expect: int = 303) -> Page:
    form = next(one for one in check.select("form") if str(one["action"]).endswith("/send"))
    told = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[name]")}
    return browser.post(str(form["action"]), told, expect=expect)


def the_one() -> Introduction:
    return db.session.query(Introduction).one()


def test_needs_are_read_in_the_language_of_the_page(loop: World, worker: Browser) -> None:
    named = "label[for=needs]"
    assert worker.get(refer_at(loop)).one(named).get_text() == "Feeling lonely or cut off"
    assert worker.get(f"/cy{refer_at(loop)}").one(named).get_text() == "Teimlo’n unig neu’n ynysig"


def test_looking_for_somebody_fills_the_search_and_nothing_of_who_it_is(loop: World, worker: Browser) -> None:
    loop.person.access = {"language": "gu", "getting_in": ["step_free"]}
    db.session.commit()
    answer = worker.get(f"/clients/{loop.person.shown_reference}/find", expect=303)
    address = answer.headers["Location"]
    assert address.startswith("/services?") and "0QB" not in address and "Quilla" not in address
    for part in ("near=LE2+0", "topic=loneliness", "language=gu", "access=step_free"):
        assert part in address
    page = worker.follow(answer)
    assert f"Looking for Q.V., {loop.person.shown_reference}" in page.text
    assert page.select(".looking-for form")


def test_results_and_listings_offer_a_referral_only_to_link_workers(
    loop: World, sqlite_app: Flask, browser: Browser, index_now: Callable[[], None]
) -> None:
    worker, answering = browser_as(sqlite_app, loop.worker), browser_as(sqlite_app, loop.group_worker)
    service, reference = loop.service.id, loop.person.reference
    listing = f"/services/{service}/tuesday-table"
    index_now()
    assert "Refer somebody" in worker.get(listing).text
    assert f"/caseload/refer/{service}" in worker.get("/services?topic=loneliness").html
    worker.get(f"/clients/{reference}/find", expect=303)
    assert "Refer Q.V." in worker.get(listing).text
    results = worker.get("/services?topic=loneliness")
    assert results.select(f'input[form="refer-ticked"][value="{service}"]')
    for other in (browser, answering):
        for address in (listing, "/services?topic=loneliness"):
            found = other.get(address)
            assert (
                "referring.css" not in found.html
                and "caseload/refer" not in found.html
                and "Looking for Q" not in found.text
            )


def test_strangers_pay_nothing_for_it(
    loop: World, browser: Browser, count_statements: Any, index_now: Callable[[], None]
) -> None:
    index_now()
    browser.get("/services?topic=loneliness")
    with count_statements() as seen:
        browser.get("/services?topic=loneliness")
    assert len(seen) <= 6, seen
    assert not any("from person" in one.lower() or "referral" in one.lower() for one in seen)


def test_stopping_and_another_session_end_it(loop: World, app: Flask, worker: Browser) -> None:
    worker.get(f"/clients/{loop.person.reference}/find", expect=303)
    cookie = worker.client.get_cookie("portal")
    assert cookie is not None
    another = browser_as(app, loop.worker)
    another.client.set_cookie("portal", cookie.value)
    assert "Looking for" not in another.get("/services?topic=loneliness").text
    worker.post(f"/clients/{loop.person.reference}/find/stop", {"next": "/services?topic=loneliness"}, expect=303)
    assert "Looking for" not in worker.get("/services?topic=loneliness").text


def test_the_page_is_filled_from_the_record_and_one_answer_is_enough(loop: World, worker: Browser) -> None:
    page = worker.get(refer_at(loop))
    assert page.one("#reason").get_text() == "Feeling lonely or cut off"
    assert "To talk with somebody over tea." in page.one("#what_matters").get_text()
    wrong = worker.post(f"/clients/{loop.person.reference}/refer", filled(page), expect=422)
    assert "Say how the person agreed" in wrong.text
    check = to_check(worker, loop)
    for words in (
        "The group will see",
        "To talk with somebody over tea.",
        "They told me",
        "First name only",
        "5 working days",
    ):
        assert words in check.main, words
    assert the_one().state == "draft" and not db.session.query(Consent).count()
    done = worker.follow(send(worker, check))
    one = the_one()
    assert one.state == "sent" and one.shown_reference in done.text and "is asked to answer by" in done.text
    held = db.session.query(Consent).one()
    assert held.how == "spoken" and set(held.scopes) == {"demographics", "needs", "access", "risk"}


def test_a_wrong_page_keeps_what_was_typed(loop: World, worker: Browser) -> None:
    page = worker.get(refer_at(loop))
    told = filled(page, reason="x" * 501, what_matters="Ünïcode 🫖 " * 300, how="worker")
    wrong = worker.post(f"/clients/{loop.person.reference}/refer", told, expect=422)
    assert "Use 500 characters or fewer" in wrong.text and "x" * 501 in wrong.html and "🫖" in wrong.html
    told["reason"] = "Company."
    wrong = worker.post(f"/clients/{loop.person.reference}/refer", told, expect=422)
    assert "Say why the person cannot decide this" in wrong.text
    assert not db.session.query(Referral).count()


def test_words_of_danger_come_first_and_never_stop_it(loop: World, worker: Browser) -> None:
    page = worker.get(refer_at(loop))
    told = filled(page, how="spoken", reason="She says she wants to kill herself.")
    first = worker.post(f"/clients/{loop.person.reference}/refer", told, expect=200)
    assert "Does someone need help right now?" in first.text and "116 123" in first.text
    assert not db.session.query(Referral).count()
    hidden = {str(tag["name"]): str(tag["value"]) for tag in first.select("main form input[type=hidden]")}
    back = worker.post(f"/clients/{loop.person.reference}/refer", {**told, **hidden, "change": "yes"}, expect=200)
    assert "wants to kill herself" in back.one("#reason").get_text()
    worker.post(f"/clients/{loop.person.reference}/refer", {**told, **hidden, "send": "yes"}, expect=303)
    prompt = db.session.query(Referral).one().safety_prompt
    assert prompt is not None and prompt["choice"] == "sent" and "mental_health" in prompt["kinds"]


def test_what_was_shown_and_then_changed_is_kept_too(loop: World, worker: Browser) -> None:
    page = worker.get(refer_at(loop))
    told = filled(page, how="spoken", reason="A walk.", warned="mental_health")
    worker.post(f"/clients/{loop.person.reference}/refer", told, expect=303)
    assert db.session.query(Referral).one().safety_prompt == {"kinds": ["mental_health"], "choice": "changed"}


def test_a_full_group_cannot_be_sent_one_and_is_told_before(loop: World, worker: Browser, make: Make) -> None:
    other = make.service("Kettle and Chat", organisation=loop.group)
    loop.service.space_state, loop.service.space_said_at = "full", clock.now()
    db.session.commit()
    page = worker.get(refer_at(loop))
    assert not page.select("form.refer-form") and "This group has no space now" in page.text
    assert f"service={other.id}" in page.html
    for _again in range(2):
        worker.post(
            f"/clients/{loop.person.reference}/refer/space",
            {"wish": str(loop.service.id), "service": str(loop.service.id)},
            expect=303,
        )
    wish = db.session.query(SpaceWish).one()
    assert wish.user_id == loop.worker.id and wish.email is None
    worker.post(
        f"/clients/{loop.person.reference}/refer", {"service": str(loop.service.id), "how": "spoken"}, expect=200
    )
    assert not db.session.query(Referral).count()


def test_a_key_that_is_none_or_was_used_makes_no_fault_and_no_second_wish(
    app: Flask, loop: World, worker: Browser, make: Make
) -> None:
    other = make.service("Kettle and Chat", organisation=loop.group)
    address = f"/clients/{loop.person.reference}/refer/space"
    for key in ("k" * 30, "k" * 5_000, "\0"):
        for service in (loop.service, other):
            told = {"wish": str(service.id), "service": str(service.id), "key": key}
            worker.post(address, told, expect=303)
    assert {one.service_id for one in db.session.query(SpaceWish)} == {loop.service.id, other.id}
    assert db.session.query(SpaceWish).count() == 2


def test_a_closed_listing_and_one_without_referrals_say_so(loop: World, worker: Browser) -> None:
    row = setting(loop.service, is_open=False)
    assert "takes no referrals here" in worker.get(refer_at(loop)).text
    row.is_open = True
    loop.service.status = "inactive"
    db.session.commit()
    assert "This listing has closed" in worker.get(refer_at(loop)).text


def test_a_second_referral_to_the_same_group_may_be_a_mistake(loop: World, worker: Browser) -> None:
    one = loop.introduction("sent")
    page = worker.get(refer_at(loop))
    assert "Is this a mistake?" in page.text and one.reference in page.html and not page.select("form.refer-form")


def test_three_groups_see_the_same_once_and_each_its_own(loop: World, worker: Browser, make: Make) -> None:
    group = make.organisation("Eastgate Rooms")
    waits = make.service(
        "Kettle and Chat", organisation=group, space_state="waiting", space_weeks=3, space_said_at=clock.now()
    )
    setting(waits, questions=["Will they need a lift home?"], asks_birth_date="The hall asks for it")
    third = make.service("Walk and Talk", organisation=group)
    mark = f"g{waits.id.hex}-"
    page = worker.get(refer_at(loop, loop.service, waits, third))
    assert "Will they need a lift home?" in page.text and "The hall asks for it" in page.text
    wrong = worker.post(f"/clients/{loop.person.reference}/refer", filled(page, how="spoken"), expect=422)
    assert "happy to wait for Kettle and Chat" in wrong.text
    check = to_check(
        worker,
        loop,
        loop.service,
        waits,
        third,
        **{f"{mark}wait": "yes", f"{mark}first": "No", f"{mark}surname": "yes"},
    )
    assert "All groups will see" in check.text and "Send 3 referrals" in check.text and "about 3 weeks" in check.text
    assert check.text.count("To talk with somebody over tea.") == 1
    out = next(tag for tag in check.select("button[name=introduction]") if "Walk" in tag.get_text())
    version = {"version": db.session.query(Referral).one().version}
    left = worker.follow(
        worker.post(f"{_way(check)}/leave-out", {"introduction": str(out["value"]), **version}, expect=303)
    )
    assert "Both groups will see" in left.text and "Send 2 referrals" in left.text
    worker.follow(send(worker, left))
    states = {
        one.service.name: (one.state, one.shares_surname, one.own_answers)
        for one in db.session.query(Introduction)
        if one.service
    }
    assert states["Kettle and Chat"] == ("sent", True, [{"question": "Will they need a lift home?", "answer": "No"}])
    assert states["Walk and Talk"][0] == "entered-in-error" and states["Tuesday Table"][0] == "sent"
    assert db.session.query(Consent).count() == 2


def _way(check: Page) -> str:
    return next(
        str(one["action"]) for one in check.select("form") if str(one["action"]).endswith("/send")
    ).removesuffix("/send")


def test_who_does_not_fit_is_sent_only_for_a_reason(loop: World, worker: Browser) -> None:
    loop.service.minimum_age = 65
    loop.person.birth_date = date(1990, 5, 1).isoformat()
    setting(loop.service, serves=["LE9"])
    db.session.commit()
    page = worker.get(refer_at(loop))
    assert "65 or older" in page.text and "LE9" in page.text
    worker.post(f"/clients/{loop.person.reference}/refer", filled(page, how="spoken"), expect=422)
    check = to_check(worker, loop, **{f"g{loop.service.id.hex}-why": "She cares for her mother, who comes too."})
    worker.follow(send(worker, check))
    assert the_one().override_reason == "She cares for her mother, who comes too."


def test_what_was_agreed_before_holds_for_the_same_and_for_no_more(loop: World, worker: Browser) -> None:
    held = agree(loop.person, loop.group, scopes=("demographics", "needs"))
    page = worker.get(refer_at(loop))
    assert page.select('input[name="how"][value="before"][checked]')
    more = filled(page, scopes=["risk"])
    wrong = worker.post(f"/clients/{loop.person.reference}/refer", more, expect=422)
    assert "This is not what the person agreed to before" in wrong.text
    check = to_check(worker, loop, how="before")
    worker.follow(send(worker, check))
    assert the_one().consent_id == held.id and db.session.query(Consent).count() == 1


def test_a_new_agreement_carries_what_stands_open_with_the_same_group(loop: World, worker: Browser, make: Make) -> None:
    earlier = loop.introduction("accepted")
    other = make.service("Kettle and Chat", organisation=loop.group)
    worker.follow(send(worker, to_check(worker, loop, other, how="written")))
    db.session.refresh(earlier)
    held = db.session.get_one(Consent, earlier.consent_id)
    assert held.status == "active" and held.how == "written"


def test_asking_by_link_sends_nothing_until_they_agree(loop: World, worker: Browser) -> None:
    check = to_check(worker, loop, how="ask")
    assert "Ask Q.V. to agree" in check.text and "Nothing goes to a group until" in check.text
    done = worker.follow(send(worker, check))
    assert the_one().state == "awaiting-consent" and "Agreement asked for" in done.text
    assert not db.session.query(Consent).count()


def test_who_agrees_by_link_shares_what_was_chosen_and_no_more(loop: World, worker: Browser) -> None:
    worker.follow(send(worker, to_check(worker, loop, how="ask", scopes=["access"])))
    token = links.new_link(the_one(), "agree")
    agreeing.say_yes(links.opened(token, "agree"))
    db.session.commit()
    assert the_one().state == "sent"
    assert db.session.query(Consent).one().scopes == ["demographics", "needs", "access"]


def test_asking_by_link_needs_a_safe_way(loop: World, worker: Browser) -> None:
    loop.person.contact = {"ways": ["through-me"]}
    db.session.commit()
    page = worker.get(refer_at(loop))
    wrong = worker.post(f"/clients/{loop.person.reference}/refer", filled(page, how="ask"), expect=422)
    assert "There is no safe e-mail address" in wrong.text
    db.session.expire_all()
    assert not db.session.query(Referral).count()


def test_changing_a_draft_comes_back_to_the_check_and_loses_no_race(loop: World, worker: Browser) -> None:
    check = to_check(worker, loop)
    change = next(str(tag["href"]) for tag in check.select("a") if "draft=" in str(tag["href"]))
    page = worker.get(change.partition("#")[0])
    told = filled(page, reason="Somebody to walk with.")
    again = worker.follow(worker.post(f"/clients/{loop.person.reference}/refer", told, expect=303))
    assert "Somebody to walk with." in again.text and db.session.query(Referral).count() == 1
    stale = worker.post(f"/clients/{loop.person.reference}/refer", {**told, "reason": "Too late."}, expect=409)
    assert "Someone else changed this" in stale.text and "Too late." in stale.one("#reason").get_text()
    assert "Someone else changed this" in send(worker, check, expect=409).text
    assert the_one().state == "draft"


def test_what_stands_in_the_record_is_changed_there_and_leads_back(loop: World, worker: Browser) -> None:
    check = to_check(worker, loop)
    way = next(str(tag["href"]) for tag in check.select("a") if "/change/contact" in str(tag["href"]))
    page = worker.get(way)
    told = held(next(one for one in page.select("main form") if one.select("[name=version]")))
    back = worker.post(way, {**told, "best_times": "After 2pm"}, expect=303)
    assert back.headers["Location"].endswith("/check")
    assert "After 2pm" in worker.follow(back).text


def test_keeping_and_throwing_away_a_draft(loop: World, worker: Browser) -> None:
    check = to_check(worker, loop)
    assert "Keep as a draft" in check.text
    worker.post(f"{_way(check)}/leave-out", {"version": db.session.query(Referral).one().version}, expect=303)
    assert the_one().state == "entered-in-error"


def test_the_same_form_twice_makes_one_and_sending_twice_sends_once(loop: World, worker: Browser) -> None:
    page = worker.get(refer_at(loop))
    told = filled(page, how="spoken")
    first = worker.post(f"/clients/{loop.person.reference}/refer", told, expect=303)
    second = worker.post(f"/clients/{loop.person.reference}/refer", told, expect=303)
    assert first.headers["Location"] == second.headers["Location"] and db.session.query(Introduction).count() == 1
    check = worker.follow(first)
    assert send(worker, check).headers["Location"] == send(worker, check).headers["Location"]
    assert the_one().state == "sent" and db.session.query(Consent).count() == 1


def test_a_group_that_fills_up_meanwhile_gets_nothing(loop: World, worker: Browser) -> None:
    check = to_check(worker, loop)
    loop.service.space_state, loop.service.space_said_at = "full", clock.now()
    db.session.commit()
    assert "This group has no space now" in send(worker, check, expect=422).text
    db.session.expire_all()
    assert the_one().state == "draft" and not db.session.query(Consent).count()


def test_another_team_finds_nothing(loop: World, app: Flask, worker: Browser, make: Make) -> None:
    check = to_check(worker, loop)
    stranger = browser_as(app, make.user("link-worker", organisation=make.organisation("Far Team")))
    for address in (
        refer_at(loop),
        f"/clients/{loop.person.reference}/find",
        f"{_way(check)}/check",
        f"{_way(check)}/sent",
    ):
        stranger.get(address, expect=404)
    for address in (f"{_way(check)}/send", f"{_way(check)}/leave-out", f"/clients/{loop.person.reference}/refer/space"):
        stranger.post(address, {"version": "1"}, expect=404)
    for role in ("group-worker", "lead", "referrer", "administrator"):
        browser_as(app, make.user(role, organisation=loop.team)).get(refer_at(loop), expect=403)


def test_choosing_whom_a_listing_is_for(loop: World, worker: Browser) -> None:
    address = f"/caseload/refer/{loop.service.id}"
    assert f"Q.V., {loop.person.shown_reference}" in worker.get(address).text
    for typed in ("qv", loop.person.shown_reference.lower()):
        found = worker.post(address, {"who": typed}, expect=303)
        assert found.headers["Location"].startswith(f"/clients/{loop.person.reference}/refer?service=")
    twin = make_person(loop.team, given_name="Quentin", family_name="Vance")
    both = worker.post(address, {"who": "QV"}, expect=200)
    assert twin.shown_reference in both.text and loop.person.shown_reference in both.text
    assert "Nobody of your caseload" in worker.post(address, {"who": "ZZ"}, expect=422).text


def test_who_died_cannot_be_referred(loop: World, worker: Browser) -> None:
    check = to_check(worker, loop)
    person = db.session.get_one(Person, loop.person.id)
    person.death_recorded_at = clock.now() - timedelta(days=1)
    db.session.commit()
    assert "death was recorded" in send(worker, check, expect=422).text
    page = worker.get(refer_at(loop))
    assert "death was recorded" in page.text and not page.select("form.refer-form")
