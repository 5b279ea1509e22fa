"""A group answers signed in: the story, then the name; everything that follows; and nobody of another group."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.people.models import Person, PersonContact
from portal.referrals import clocks, visiting, withdrawing
from portal.referrals.models import Introduction, IntroductionEvent, Message
from portal.responding import queries
from tests.factories import Make
from tests.support import at_once
from tests.support.page import Browser, Page
from tests.support.referrals import World, make_person

AsUser = Callable[..., Browser]


def address(made: Introduction, step: str = "") -> str:
    return f"/group/referrals/{made.shown_reference}" + (f"/{step}" if step else "")


def hidden(browser: Browser, path: str) -> dict[str, str]:
    """What the form of a page brings of its own."""
    fields = browser.get(path).select(f'form[action="{path}"] input[type=hidden]')
    return {str(field["name"]): str(field["value"]) for field in fields}


def post(browser: Browser, path: str, expect: int = 303, **typed: str) -> Page:
    return browser.post(path, {**hidden(browser, path), **typed}, expect=expect)


def on(name: str, days: int) -> dict[str, str]:
    """A date so many days from today, in three boxes."""
    day = clock.today() + timedelta(days=days)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def now(made: Introduction) -> Introduction:
    db.session.expire_all()
    return db.session.get_one(Introduction, made.id)


@pytest.fixture
def group(loop: World, as_user: AsUser) -> Browser:
    """A browser of the group worker."""
    return as_user(loop.group_worker)


def test_the_first_open_is_told_and_every_open_leaves_an_entry(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("sent")
    page = group.get(address(made))
    assert page.words("h1") == ["Answer this referral"] and "About Q.V." in page.main
    assert "Company, and a reason to go out." in page.main and "Do not leave a message" in page.main
    assert "Vantongeren" not in page.html and "07700" not in page.html and "700900982" not in page.html
    assert now(made).state == "in-review"
    group.get(address(made))
    read = db.session.query(AuditEntry).filter_by(action="person.read", subject_id=str(made.person_id)).all()
    assert len(read) == 2
    assert [
        one.verb for one in db.session.query(IntroductionEvent).filter_by(introduction_id=made.id, verb="open")
    ] == ["open"]


def test_the_name_and_how_to_reach_them_come_with_the_yes(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("sent")
    page = group.follow(post(group, address(made), answer="accept", first_at=""))
    assert now(made).state == "accepted" and now(made).worker_id == loop.group_worker.id
    assert "Quilla Vantongeren" in page.main and "07700 900982" in page.main
    assert "Vantongeren" not in page.one("title").get_text()


@pytest.mark.parametrize("typed", [{"answer": "wait", "weeks": "2"}, {"answer": "ask", "question": "Steps?"}])
def test_it_waits_or_asks(sqlite_app: Flask, loop: World, group: Browser, typed: dict[str, str]) -> None:
    made = loop.introduction("sent")
    post(group, address(made), **typed)
    assert now(made).state == {"wait": "waiting-list", "ask": "info-requested"}[typed["answer"]]


def test_after_a_no_only_the_reference_is_left(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("sent")
    post(group, address(made), answer="decline", reason="out-of-area")
    page = group.get(address(made))
    assert made.shown_reference in page.main and "Q.V." not in page.html and "Company" not in page.html
    entries = db.session.query(AuditEntry).filter_by(action="person.read", subject_id=str(made.person_id)).count()
    group.get(address(made))
    now_entries = db.session.query(AuditEntry).filter_by(action="person.read", subject_id=str(made.person_id)).count()
    assert now_entries == entries, "nothing was shown, so nothing was read"


def test_half_a_year_after_it_finished_nothing_is_left(
    sqlite_app: Flask, loop: World, group: Browser, as_user: AsUser
) -> None:
    made = loop.introduction("completed")
    assert "Quilla" in group.get(address(made)).main
    with clock.freeze(clock.now() + timedelta(days=181)):
        held = db.session.get_one(Introduction, made.id).consent_id
        page = as_user(loop.group_worker).get(address(made))
        assert held and "Quilla" not in page.html and made.shown_reference in page.main


def test_nobody_of_another_group_and_no_other_role_opens_it(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser
) -> None:
    made = loop.introduction("accepted")
    other = make.user("group-worker", organisation=make.organisation("Far Away Friends"))
    for path in (address(made), address(made, "book"), f"/group/referrals?organisation={loop.group.id}"):
        as_user(other).get(path, expect=404)
    as_user(other).post(address(made, "messages"), {"message": "Hello"}, expect=404)
    for role in ("editor", "lead", "referrer", "link-worker", "moderator"):
        there = None if role == "moderator" else loop.group
        as_user(make.user(role, organisation=there)).get(address(made), expect=403)
    weak = as_user(loop.group_worker, is_strong=False).get(address(made), expect=303)
    assert "second" in weak.headers["Location"]


def test_who_withdraws_while_the_group_writes_is_gone_with_all_of_it(app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("in-review")
    typed = {**hidden(group, address(made)), "answer": "ask", "question": "Do they like dogs?"}
    person = db.session.get_one(Person, made.person_id)
    withdrawing.withdraw_consent(person, loop.group.id, by="person", how="online")
    page = group.post(address(made), typed, expect=409)
    assert page.words("h1") == ["This is no longer shared with you"] and "Quilla" not in page.html
    assert not db.session.query(Message).count()


def test_a_page_that_is_too_old_keeps_the_words_and_shows_what_stands(
    sqlite_app: Flask, loop: World, group: Browser
) -> None:
    made = loop.introduction("in-review")
    typed = {**hidden(group, address(made)), "answer": "ask", "question": "Do they like dogs?"}
    now(made).version += 1
    db.session.commit()
    page = group.post(address(made), typed, expect=409)
    assert "Someone else changed this" in page.main and page.one("#question").get_text() == "Do they like dogs?"
    pause = address(loop.introduction("in-progress", service=_second(loop)), "finish")
    old = hidden(group, pause)
    known = db.session.query(Introduction).filter_by(state="in-progress").one()
    known.version += 1
    db.session.commit()
    typed = {**old, "result": "partly", "why_no_measure": "declined", "onward": "A walk.", **on("last_contact", 0)}
    page = group.post(pause, typed, expect=409)
    assert "A walk." in page.main and now(known).state == "in-progress"


def test_of_two_who_answer_at_once_exactly_one_does(
    app: Flask, loop: World, make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.responding import reading

    made = loop.introduction("in-review")
    second = make.user("group-worker", organisation=loop.group)
    one, other = as_user(loop.group_worker), as_user(second)
    path = address(made)
    posts = [
        (one, path, {**hidden(one, path), "answer": "accept", "first_at": ""}),
        (other, path, {**hidden(other, path), "answer": "decline", "reason": "no-capacity"}),
    ]
    at_once.all_know(monkeypatch, reading, "opened", 2)
    assert at_once.post_all(posts) == [303, 409]
    verbs = [one.verb for one in db.session.query(IntroductionEvent).filter_by(introduction_id=made.id)]
    assert sorted(verb for verb in verbs if verb in {"accept", "decline"}) in (["accept"], ["decline"])


def test_from_the_first_visit_to_the_end(app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("accepted")
    post(group, address(made, "contact"), mode="phone", outcome="no-answer", **on("on", 0))
    assert db.session.query(PersonContact).one().introduction_id == made.id
    booked = post(group, address(made, "book"), session="other", time="10:30", mode="visit", **on("day", 3))
    assert "Next visit" in group.follow(booked).main and now(made).state == "booked"
    post(group, address(made, "move"), session="other", time="11:00", who="person", **on("day", 5))
    assert [one.status for one in now(made).appointments] == ["cancelled-by-person", "booked"]
    post(group, address(made, "came"), status="late")
    assert now(made).state == "in-progress"
    post(group, address(made, "correct"), visit=str(now(made).appointments[1].id), status="attended", words="Slip.")
    event = db.session.query(IntroductionEvent).filter_by(introduction_id=made.id, verb="correct").one()
    assert event.details["old"] == "late" and event.details["new"] == "attended"
    post(group, address(made, "pause"), words="Away", **on("review_on", 20))
    assert now(made).state == "paused" and now(made).review_on
    post(group, address(made, "resume"))
    post(group, address(made, "finish"), result="achieved", why_no_measure="not-used", **on("last_contact", 0))
    ended = now(made)
    assert ended.state == "completed" and ended.report and ended.report["result"] == "achieved"


def test_it_starts_without_a_booking_and_ends_early(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("accepted")
    post(group, address(made, "start"), **on("started_on", -1))
    told = {"result": "partly", "why_no_measure": "declined", **on("last_contact", 0)}
    wrong = post(group, address(made, "end-early"), 422, reason="other", **told)
    assert "Say in a sentence why" in wrong.words(".error-summary")[0]
    post(group, address(made, "end-early"), reason="moved-away", **told)
    assert now(made).state == "ended-early" and (now(made).report or {})["result"] == "partly"


def test_nobody_is_out_of_reach_before_it_was_tried_often_enough(
    sqlite_app: Flask, loop: World, group: Browser
) -> None:
    made = loop.introduction("accepted")
    page = post(group, address(made, "not-started"), 422, reason="no-contact")
    assert "Try 3 times on 3 days, in 2 ways" in page.main
    for days, mode in ((0, "phone"), (-1, "phone"), (-2, "letter")):
        post(group, address(made, "contact"), mode=mode, outcome="no-answer", **on("on", days))
    post(group, address(made, "not-started"), reason="no-contact")
    assert now(made).state == "not-started"


def test_who_waits_is_moved_and_taken(sqlite_app: Flask, loop: World, group: Browser, make: Make) -> None:
    from tests.support.referrals import make_person

    first = loop.introduction("waiting-list")
    second = loop.introduction(
        "waiting-list", person=make_person(loop.team, given_name="Ottoline", family_name="Marsh")
    )
    listed = group.get(f"/group/referrals?organisation={loop.group.id}&view=waiting").main
    assert listed.index(first.shown_reference) < listed.index(second.shown_reference) and "Place 2" in listed
    post(group, address(second, "place"), place="1", **on("expected_on", 9), **on("review_on", 9))
    listed = group.get("/group/referrals?view=waiting").main
    assert listed.index(second.shown_reference) < listed.index(first.shown_reference)
    assert (
        "Enter a place from 1 to 2"
        in post(group, address(second, "place"), 422, place="7", **on("expected_on", 9), **on("review_on", 9)).main
    )
    post(group, address(second, "take"), session="")
    assert now(second).state == "accepted"
    assert "1" in group.get(address(first)).words(".answers dd")


def test_a_colleague_takes_it_and_both_sides_write(sqlite_app: Flask, loop: World, group: Browser, make: Make) -> None:
    made = loop.introduction("accepted")
    colleague = make.user("group-worker", organisation=loop.group, name="Hale Winterbourne")
    post(group, address(made, "colleague"), worker=str(colleague.id))
    assert now(made).worker_id == colleague.id
    stranger = make.user("group-worker", organisation=make.organisation("Far Away Friends"))
    post(group, address(made, "colleague"), 422, worker=str(stranger.id))
    typed = {**hidden(group, address(made)), "key": "m" * 30, "message": "See you on Tuesday."}
    for _twice in range(2):
        group.post(address(made, "messages"), typed, expect=303)
    assert [one.words for one in db.session.query(Message)] == ["See you on Tuesday."]
    assert "See you on Tuesday." in group.get(address(made)).main


def test_later_visits_are_noted_and_it_goes_on(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("in-progress")
    visiting.book(made, clock.now() + timedelta(days=7), by=loop.answers(made))
    post(group, address(made, "came"), status="did-not-attend", reason="Ill")
    assert now(made).state == "in-progress" and now(made).appointments[-1].status == "did-not-attend"


def test_a_step_that_no_longer_fits_says_so(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("accepted")
    group.get(address(made, "nonsense"), expect=404)
    page = group.follow(group.get(address(made, "came"), expect=303))
    assert "This has changed since" in page.main
    assert "This has changed since" in group.post(address(made, "came"), {"status": "late"}, expect=409).main


def test_a_person_is_told_in_words_and_nothing_twice(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("sent")
    loop.person.age_group = "65-over"
    loop.person.contact = {**(loop.person.contact or {}), "ways": ["phone", "e-mail"], "voicemail": True}
    made.referral.needs = ["bereavement", "physical-activity"]
    db.session.commit()
    page = group.get(address(made))
    for words in ("65 or over", "Phone or e-mail", "A message is fine", "Grief and loss, Exercise and sport"):
        assert words in page.words(".told dd p"), words
    assert "Grief and loss, Exercise and sport" in group.get("/group/referrals").main
    made.referral.reason = "Grief and loss, Exercise and sport"
    db.session.commit()
    assert group.get(address(made)).words(".told dd p").count("Grief and loss, Exercise and sport") == 1


def test_the_inbox_shows_each_in_its_view_with_counts(
    sqlite_app: Flask, loop: World, group: Browser, make: Make
) -> None:
    made = {
        state: loop.introduction(state, service=make.service(state.title(), organisation=loop.group))
        for state in STATES
    }
    for view, states in VIEWS.items():
        page = group.get(f"/group/referrals?view={view}")
        seen = {state for state, one in made.items() if one.shown_reference in page.main}
        assert seen == states, view
        assert "Vantongeren" not in page.html
    assert [one.split()[-1] for one in group.get("/group/referrals").words(".views a")][:3] == ["2", "1", "2"]
    assert "Referrals 2" in group.get("/group/referrals").words(".staff-header__parts a")


def test_who_answers_for_two_groups_chooses(sqlite_app: Flask, loop: World, make: Make, as_user: AsUser) -> None:
    other = make.organisation("Another Circle")
    from portal.accounts.models import Membership

    loop.group_worker.memberships.append(Membership(role="group-worker", organization_id=other.id))
    db.session.commit()
    made = loop.introduction("sent")
    browser = as_user(loop.group_worker)
    assert made.shown_reference not in browser.get("/group/referrals").main
    page = browser.get(browser.get("/group/referrals").link("Larkfield Circle"))
    assert made.shown_reference in page.main


STATES = ("sent", "in-review", "info-requested", "waiting-list", "accepted", "booked", "completed", "declined")
VIEWS = {
    "to-answer": {"sent", "in-review", "info-requested"},
    "waiting": {"waiting-list"},
    "going": {"accepted", "booked"},
    "ended": {"completed", "declined"},
}


def _second(loop: World):  # type: ignore[no-untyped-def]
    from portal.directory.models import Service

    made = Service(name="Second Table", organization_id=loop.group.id, joining=["drop_in"])
    db.session.add(made)
    db.session.commit()
    return made


def test_a_long_view_goes_on_on_the_next_page(
    sqlite_app: Flask, loop: World, group: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    made = [loop.introduction("declined").shown_reference for _time in range(3)]
    ended = "/group/referrals?view=ended"
    first, second = group.get(ended), group.get(f"{ended}&page=2")
    assert [one for one in made if one in first.main] == made[1:] and first.link("Next page")
    assert [one for one in made if one in second.main] == made[:1] and "Next page" not in second.main
    assert "Previous page" in second.main and "Previous page" not in first.main


def test_a_waiting_list_counts_on_over_pages(
    sqlite_app: Flask, loop: World, group: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        person = loop.person if number == 0 else make_person(loop.team, worker=loop.worker, given_name=f"N{number}")
        loop.introduction("waiting-list", person=person)
    monkeypatch.setattr(queries, "PAGE", 2)
    waiting = "/group/referrals?view=waiting"
    assert "Place 1" in group.get(waiting).main and "Place 2" in group.get(waiting).main
    assert "Place 3" in group.get(f"{waiting}&page=2").main


@pytest.mark.parametrize("view", ["to-answer", "going"])
def test_a_view_takes_as_many_statements_however_many_stand_in_it(
    sqlite_app: Flask, loop: World, as_user: AsUser, count_statements: Callable[..., Any], view: str
) -> None:
    state = "booked" if view == "going" else "sent"
    browser, path, counts = as_user(loop.group_worker), f"/group/referrals?view={view}", []
    for more in (1, 3):
        for _one in range(more):
            loop.introduction(state, person=make_person(loop.team, worker=loop.worker))
        browser.get(path)
        with count_statements() as asked:
            browser.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_whom_nobody_may_contact_a_group_cannot_ring(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    made, browser = loop.introduction("accepted"), as_user(loop.group_worker)
    assert "07700 900982" in browser.get(address(made)).main.replace("07700 900 982", "07700 900982")
    withdrawing.block_contact(loop.person, reason="Somebody at home must not know.", by=loop.worker)
    page = browser.get(address(made))
    assert "Do not contact them in any way" in page.main and "at home" not in page.html
    assert not page.select("a[href^='tel:+447700'], a[href^='mailto:']") and "900982" not in page.html.replace(" ", "")


def test_what_a_step_needs_is_said_as_the_network_has_set_it(sqlite_app: Flask, loop: World, group: Browser) -> None:
    made = loop.introduction("accepted")
    clocks.set_clocks(clocks.Clocks(tries=4, tries_on_days=2))
    db.session.commit()
    assert "Try 4 times on 2 days, in 2 ways" in group.get(address(made, "not-started")).main
