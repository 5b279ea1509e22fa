"""Where a set stands on one line: for who holds the record, for others who see the case, and after a no."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.referrals import answering
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction
from portal.referrals.transitions import Who
from portal.together.queries import standings_for
from tests.caseload.test_referring import filled, send
from tests.factories import Make
from tests.support.page import Browser, Page
from tests.support.people import browser_as, make_user
from tests.support.referrals import introduce, make_person
from tests.together.conftest import Town, draft_from


@pytest.fixture
def worker(town: Town, app: Flask) -> Browser:
    return browser_as(app, town.loop.worker)


@pytest.fixture
def sent(town: Town, worker: Browser) -> Town:
    """All three went out."""
    page = worker.get(draft_from(worker, town))
    told = filled(page, how="spoken", reason="Home on Friday, and nobody there.")
    send(worker, worker.follow(worker.post(f"/clients/{town.loop.person.reference}/refer", told, expect=303)))
    return town


def one_to(town: Town, name: str) -> Introduction:
    return db.session.query(Introduction).filter_by(service_id=town.services[name].id).one()


def answered(town: Town, name: str, how: Callable[[Introduction, Actor], object]) -> Introduction:
    one = one_to(town, name)
    by = Actor(
        Who.PROVIDER, user=make_user("group-worker", organisation=one.organization), organization_id=one.organization_id
    )
    how(one, by)
    db.session.commit()
    return one


def accepted(town: Town, name: str) -> Introduction:
    return answered(town, name, lambda one, by: answering.accept(one, by=by))


def declined(town: Town, name: str) -> Introduction:
    return answered(town, name, lambda one, by: answering.decline(one, by=by, given=Given(reason="no-capacity")))


def lines_on(page: Page) -> list[str]:
    return page.words(".together__lines > li")


def test_one_line_says_where_each_stands(sent: Town, worker: Browser) -> None:
    accepted(sent, "Wheels Together")
    declined(sent, "Cup of Company")
    page = worker.get(f"/clients/{sent.loop.person.reference}")
    lines = lines_on(page)
    assert page.words(".together__bundle") == ["Home from hospital"]
    assert [one.replace(" ", "").partition(":")[2][:9] for one in lines] == ["Accepted.", "Sent,nots", "Declined."]
    assert "Offer the next nearest" in lines[2] and "Offer" not in lines[0] + lines[1]


def test_a_no_leads_to_the_next_nearest_in_one_click_filled_and_in_its_place(sent: Town, worker: Browser) -> None:
    refused = declined(sent, "Cup of Company")
    record = f"/clients/{sent.loop.person.reference}"
    link = worker.get(record).one('.together a[href*="/together/next/"]')["href"]
    page = worker.follow(worker.get(str(link), expect=303))
    assert "Refer to Doorstep Befriending" in page.text
    assert page.one("#reason").get_text() == "Home on Friday, and nobody there."
    assert not page.select('input[name="how"][checked]'), "how they agree to another group is asked anew"
    told = filled(page, how="spoken")
    check = worker.follow(worker.post(f"{record}/refer", told, expect=303))
    assert "(next nearest; the first: Declined)" in " ".join(lines_on(worker.get(record)))
    send(worker, check)
    anew = one_to(sent, "Doorstep Befriending")
    assert anew.replaces_id == refused.id and anew.state == "sent"
    last = lines_on(worker.get(record))[2]
    assert "Sent, not seen" in last and "the first: Declined" in last and "Offer" not in last
    assert db.session.get_one(Introduction, refused.id).is_acted_on


def test_a_second_no_goes_on_and_the_last_says_that_nobody_is_left(sent: Town, worker: Browser) -> None:
    declined(sent, "Cup of Company")
    record = f"/clients/{sent.loop.person.reference}"

    def next_one() -> Page:
        link = worker.get(record).one('.together a[href*="/together/next/"]')["href"]
        return worker.get(str(link), expect=303)

    page = worker.follow(next_one())
    send(worker, worker.follow(worker.post(f"{record}/refer", filled(page, how="spoken"), expect=303)))
    declined(sent, "Doorstep Befriending")
    link = worker.get(record).one('.together a[href*="/together/next/"]')["href"]
    none = worker.get(str(link))
    assert "Nobody else near fits" in none.text and "Look farther away" in none.text


def test_others_who_see_the_case_read_no_group_and_can_open_nothing(sent: Town, app: Flask, make: Make) -> None:
    nurse = make_user("link-worker", organisation=make.organisation("Mill Lane Surgery"))
    found = standings_for(nurse, [sent.loop.person.id])[sent.loop.person.id]
    assert [one.person for one in found] == [None]
    assert [(one.label, one.group, one.reference) for one in found[0].lines] == [
        ("Lift", None, None), ("Shopping", None, None), ("Befriending", None, None),
    ]  # fmt: skip
    mine = standings_for(sent.loop.worker, [sent.loop.person.id])[sent.loop.person.id][0]
    assert mine.person == sent.loop.person.reference and mine.lines[0].group == "Wheels Together"


def test_drafts_are_no_news_and_what_is_over_leaves_the_record(town: Town, worker: Browser) -> None:
    address = draft_from(worker, town)
    record = f"/clients/{town.loop.person.reference}"
    assert not lines_on(worker.get(record))
    check = worker.follow(worker.post(f"{record}/refer", filled(worker.get(address), how="spoken"), expect=303))
    send(worker, check)
    assert len(lines_on(worker.get(record))) == 3
    for one in db.session.query(Introduction):
        one.state = "completed"
    db.session.commit()
    assert not lines_on(worker.get(record))


def test_many_people_cost_two_statements(sent: Town, app: Flask, make: Make, count_statements: Any) -> None:
    people = [sent.loop.person.id, *(make_person(sent.loop.team, given_name=f"N{n}").id for n in range(5))]
    db.session.expire_all()
    teams = sent.loop.worker.organisations_with
    assert teams
    who = sent.loop.worker
    standings_for(who, people)
    with count_statements() as seen:
        standings_for(who, people)
    assert len(seen) == 2, seen
    assert not any("referral.reason" in one or "person.given_name" in one for one in seen)


def test_only_a_refusal_of_ones_own_person_in_a_set_has_a_next(
    sent: Town, app: Flask, worker: Browser, make: Make
) -> None:
    refused = declined(sent, "Cup of Company")
    way = f"{sent.way}/next"
    other = browser_as(app, make_user("link-worker", organisation=make.organisation("Mill Lane Link Workers")))
    other.get(f"{way}/{refused.reference}", expect=404)
    alone = introduce(sent.loop)
    db.session.commit()
    for reference in (alone.reference, "K7PH-4MWX", "x", "%00"):
        worker.get(f"{way}/{reference}", expect=404)
