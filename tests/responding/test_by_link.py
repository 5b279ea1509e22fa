"""A group answers by the link of a mail, without an account: nobody learns who it is about, and a scanner changes nothing."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.notifications.models import OutboxMessage
from portal.people.models import Person
from portal.referrals import answering, links, withdrawing
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, IntroductionEvent, Message
from tests.factories import Make
from tests.support import at_once
from tests.support.page import Browser, Page
from tests.support.referrals import World

WHO = ("Quilla", "Vantongeren", "07700", "700900982", "quilla.v@", "Company, and a reason", "tea", "LE2 0QB", "Q.V.")
EMAIL = "hello@larkfield.example.org"


def link(introduction: Introduction, purpose: links.Purpose = "answer") -> str:
    """The address of a new link to the group."""
    token = links.new_link(introduction, purpose, email=EMAIL)
    db.session.commit()
    return f"/respond/{token}"


def hidden(browser: Browser, address: str) -> dict[str, str]:
    """What the form of a page brings of its own."""
    fields = browser.get(address).select(f'form[action="{address}"] input[type=hidden]')
    return {str(field["name"]): str(field["value"]) for field in fields}


def post(browser: Browser, address: str, expect: int = 303, **typed: str) -> Page:
    """Fill the form and press its button."""
    return browser.post(address, {**hidden(browser, address), "press": "answer", **typed}, expect=expect)


def state_of(introduction: Introduction) -> str:
    db.session.expire_all()
    return db.session.get_one(Introduction, introduction.id).state


def test_the_page_shows_needs_and_district_and_nothing_of_who_it_is(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("sent")
    page = browser.get(link(made))
    assert made.shown_reference in page.main and "Tuesday Table" in page.main
    assert "Loneliness" in page.main or "lonely" in page.main.lower()
    assert "LE2" in page.main and "working days left" in page.main
    assert not [word for word in WHO if word in page.html]
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_opening_it_or_sending_its_form_without_the_button_changes_nothing(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("sent")
    address = link(made)
    typed = hidden(browser, address) | {"answer": "accept"}
    browser.client.head(address)
    browser.post(address, typed, expect=200)
    browser.client.post(
        address,
        data=typed | {"press": "answer", "csrf_token": browser.csrf_token()},
        headers={"Sec-Fetch-Mode": "navigate"},
    )
    assert state_of(made) == "sent"
    assert made.version == db.session.get_one(Introduction, made.id).version


def test_a_group_accepts_and_the_link_says_so_from_then_on(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("sent")
    address = link(made)
    done = browser.follow(post(browser, address, answer="accept", first_at="", meets="The welcome volunteer"))
    assert state_of(made) == "accepted" and made.meets_at_door == "The welcome volunteer"
    assert done.words("h1") == ["Answered, thank you"] and "You answered on" in done.main
    assert browser.get(address).words("h1") == ["Already answered, thank you"]
    assert not [word for word in WHO if word in done.html]
    events = db.session.query(IntroductionEvent).filter_by(introduction_id=made.id, channel="e-mail-link").all()
    assert {one.verb for one in events} == {"open", "accept"}


def test_more_words_than_fit_are_kept_whole_and_the_browser_cuts_none(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    address = link(loop.introduction("sent"))
    page = post(browser, address, expect=422, answer="ask", question="why? " * 3000)
    assert "Use 2,000 characters or fewer" in page.words(".error-summary")[0]
    box = page.one("#question")
    assert len(box.get_text().strip()) > 14_000 and "maxlength" not in box.attrs


def test_a_chosen_session_is_booked_with_the_answer(
    sqlite_app: Flask, browser: Browser, loop: World, make: Make
) -> None:
    service = make.service("Gardening mornings", organisation=loop.group, sessions=[make.session("TU")])
    made = loop.introduction("sent", service=service)
    address = link(made)
    offered = [str(one["value"]) for one in browser.get(address).select("#first_at option")]
    assert len(offered) > 2 and offered[-1] == ""
    done = browser.follow(post(browser, address, answer="accept", first_at=offered[1]))
    assert "We write to you again, to ask whether they came." in done.main
    assert state_of(made) == "booked"
    assert [one.starts_at.isoformat() for one in made.appointments] == [offered[1]]


def test_one_question_is_asked_once_and_the_clock_stands(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("sent")
    address = link(made)
    typed = {**hidden(browser, address), "press": "answer", "answer": "ask", "question": "Can they climb steps?"}
    browser.post(address, typed, expect=303)
    browser.post(address, typed, expect=303)
    assert state_of(made) == "info-requested" and made.clock_since is None
    assert [one.words for one in db.session.query(Message)] == ["Can they climb steps?"]
    assert "Waits for their reply" in browser.get(address).main


def test_once_its_question_is_answered_the_link_leads_to_the_answer(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("info-requested")
    assert "has written to you" not in browser.get(link(made)).main
    answering.reply(made, "Two, with a rail.", by=loop.asks(made))
    db.session.commit()
    page = browser.get(link(made))
    assert page.link("Whoever referred them has written to you. Sign in to read it.").endswith("/story")
    assert "with a rail" not in page.html


def test_a_group_puts_somebody_on_its_waiting_list_and_takes_them_later(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("sent")
    address = link(made)
    assert "Enter about how many weeks" in post(browser, address, 422, answer="wait", weeks="soon").main
    post(browser, address, answer="wait", weeks="3")
    assert state_of(made) == "waiting-list" and made.waiting_weeks == 3


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose your answer"),
        ({"answer": "accept", "first_at": "2026-01-01T10:00:00+00:00"}, "Choose one of the next dates"),
        ({"answer": "ask"}, "Write your question"),
        ({"answer": "decline"}, "Choose a reason"),
        ({"answer": "decline", "reason": "consent-ended"}, "Choose a reason"),
        ({"answer": "decline", "reason": "other", "words": ""}, "Say in a sentence why"),
        ({"answer": "wait", "weeks": "500"}, "Enter about how many weeks"),
    ],
)
def test_what_lacks_is_said_at_its_field_and_words_are_kept(
    sqlite_app: Flask, browser: Browser, loop: World, typed: dict[str, str], sentence: str
) -> None:
    made = loop.introduction("sent")
    page = post(browser, link(made), 422, **{"words": "We meet on a boat.", **typed})
    assert sentence in page.words(".error-summary")[0]
    assert typed.get("words", "We meet on a boat.") == page.one("#words").get_text()
    assert state_of(made) == "sent"


def test_declining_passes_back_another_listing_that_was_chosen_from_those_found(
    sqlite_app: Flask, browser: Browser, loop: World, make: Make
) -> None:
    other = make.service("Saffron Singers", organisation=make.organisation("Saffron Voices"))
    other_id = str(other.id)
    made = loop.introduction("sent")
    made_id, address = made.id, link(made)
    work_until_idle()
    typed = {"answer": "decline", "reason": "no-capacity", "suggestion": "Saffron Singers"}
    shown = post(browser, address, 422, **typed)
    assert "Saffron Singers, Saffron Voices" in shown.main
    post(browser, address, **typed, suggestion_id=other_id, is_full="y")
    made = db.session.get_one(Introduction, made_id)
    assert made.state == "declined" and made.reason_code == "no-capacity"
    assert str(made.suggested_service_id) == other_id
    assert made.service is not None and made.service.space_state == "full"


def test_what_a_group_may_mean_is_looked_for_near_where_it_meets(
    sqlite_app: Flask, browser: Browser, loop: World, make: Make
) -> None:
    """A group of the same name in Camden is of no use to somebody in Leicester, however well its name fits."""
    camden, leicester = make.organisation("Camden Voices"), make.organisation("Leicester Voices")
    make.service("Saffron Singers", organisation=camden, place={"point": (51.5390, -0.1426)})
    make.service(
        "Singers", organisation=leicester, place={"point": (52.6316, -1.1243)}, description="Songs for Saffron Lane."
    )
    made = loop.introduction("sent")
    address = link(made)
    work_until_idle()
    shown = post(browser, address, 422, answer="decline", reason="no-capacity", suggestion="Saffron Singers").main
    assert shown.index("Singers, Leicester Voices") < shown.index("Saffron Singers, Camden Voices")


def test_a_suggestion_that_is_no_listing_goes_back_in_words(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("sent")
    post(browser, link(made), answer="decline", reason="out-of-area", suggestion="Ask at the mosque in Evington")
    assert state_of(made) == "declined"
    assert db.session.get_one(Introduction, made.id).reason_words == "Ask at the mosque in Evington"


def test_forged_replayed_and_other_links_open_nothing(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("sent")
    browser.get(f"/respond/{'k' * 43}", expect=404)
    came = link(made, "attendance")
    browser.get(came, expect=404)
    address = link(made)
    browser.get(f"{address}/came", expect=404)
    newer = link(made)
    assert "This link is too old" in browser.get(address, expect=410).main
    with clock.freeze(clock.now() + timedelta(days=15)):
        assert "A new one comes with each reminder" in browser.get(newer, expect=410).main
    assert state_of(made) == "sent"


def test_a_group_that_answers_while_the_person_withdraws_stores_nothing(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("sent")
    address = link(made)
    typed = hidden(browser, address) | {"press": "answer", "answer": "ask", "question": "Do they like dogs?"}
    person = db.session.get_one(Person, made.person_id)
    withdrawing.withdraw_consent(person, loop.group.id, by="person", how="online")
    page = browser.post(address, typed, expect=410)
    assert page.words("h1") == ["The person no longer shares this"] and "nothing was stored" in page.main
    assert not db.session.query(Message).count() and state_of(made) == "withdrawn"


def test_what_a_page_showed_long_ago_does_not_answer_what_stands_now(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("sent")
    address = link(made)
    typed = hidden(browser, address) | {"press": "answer", "answer": "decline", "reason": "other", "words": "On tour."}
    made = db.session.get_one(Introduction, made.id)
    made.version += 3
    db.session.commit()
    page = browser.post(address, typed, expect=409)
    assert "Someone else changed this" in page.main and "On tour." in page.one("#words").get_text()
    assert state_of(made) == "sent"
    assert page.form(address)["version"] == str(made.version)


@pytest.mark.parametrize(
    ("state", "status", "heading"),
    [
        ("withdrawn", 410, "The person no longer shares this"),
        ("expired", 410, "This referral closed without an answer"),
        ("declined", 200, "Already answered, thank you"),
        ("accepted", 200, "Already answered, thank you"),
        ("completed", 200, "Already answered, thank you"),
    ],
)
def test_a_dead_link_says_kindly_why(
    sqlite_app: Flask, browser: Browser, loop: World, state: str, status: int, heading: str
) -> None:
    assert browser.get(link(loop.introduction(state)), expect=status).words("h1") == [heading]


def test_a_listing_that_closed_meanwhile_needs_no_answer(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("sent")
    address = link(made)
    withdrawing.service_closed([made])
    assert browser.get(address, expect=410).words("h1") == ["This referral has ended"]


def test_of_two_who_answer_by_their_links_at_once_exactly_one_does(
    app: Flask, browser: Browser, loop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.responding import opening

    made = loop.introduction("sent")
    made_id = made.id
    one, other = link(made), f"/respond/{links.new_link(made, 'answer', email='second@larkfield.example.org')}"
    db.session.commit()
    posts = [
        (browser, one, {**hidden(browser, one), "press": "answer", "answer": "accept", "first_at": ""}),
        (
            Browser(app),
            other,
            {**hidden(browser, other), "press": "answer", "answer": "decline", "reason": "no-capacity"},
        ),
    ]
    at_once.all_know(monkeypatch, opening, "opened", 2)
    assert at_once.post_all(posts) == [303, 409]
    verbs = [one.verb for one in db.session.query(IntroductionEvent).filter_by(introduction_id=made_id)]
    assert sorted(verb for verb in verbs if verb in {"accept", "decline"}) in (["accept"], ["decline"])


def test_a_link_that_is_too_old_is_sent_again_to_the_address_on_record_alone(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("sent")
    for membership in loop.group_worker.memberships:
        db.session.delete(membership)
    ours, elsewhere = link(made), f"/respond/{links.new_link(made, 'answer', email='was@elsewhere.example.org')}"
    db.session.commit()
    with clock.freeze(clock.now() + timedelta(days=15)):
        said = []
        for address in (elsewhere, ours):
            assert browser.get(address, expect=410).words("h1") == ["This link is too old"]
            before = set(db.session.scalars(select(OutboxMessage.id)))
            sent = {"csrf_token": browser.csrf_token(), "press": "again"}
            browser.post(f"{address}/again", {**sent, "press": ""}, expect=303)
            back = browser.post(f"{address}/again", sent, expect=303).headers["Location"]
            shown = browser.get(back, expect=410)
            said.append(shown.words(".message") or shown.main)
            new = [one for one in db.session.scalars(select(OutboxMessage)) if one.id not in before]
            assert [one.name for one in new] == (["referral-to-answer"] if address == ours else [])
        assert said[0] == said[1]
        token = json.loads(new[0].fields)["token"]
        assert browser.get(f"/respond/{token}").words("h1") == ["Can you take this referral?"]


def test_nothing_is_sent_again_once_there_is_nothing_to_do(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("sent")
    address = link(made)
    withdrawing.withdraw(made, by=loop.asks(made), given=Given(reason="needs-met-elsewhere"))
    db.session.commit()
    assert "Send the link again" not in browser.get(address, expect=410).main
    before = db.session.query(OutboxMessage).count()
    browser.post(f"{address}/again", {"press": "again"}, expect=303)
    assert db.session.query(OutboxMessage).count() == before
