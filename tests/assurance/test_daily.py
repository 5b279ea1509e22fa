"""Who is asked, reminded and rung, day by day, on the real tables."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Membership, plain_email
from portal.assurance import actions, answering, phoning, queries
from portal.assurance.models import CheckItem, CheckLetter, CheckRound
from portal.core import clock
from portal.core.blind_index import blind
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.core.timetable import ask_for_due
from portal.core.transactions import unit
from portal.directory.models import Service
from portal.notifications.models import OutboxMessage
from portal.worker import TIMETABLE
from tests.assurance.conftest import Days, Post, checked
from tests.factories import Make


def test_a_digest_goes_out_on_its_day_and_the_ladder_follows(
    app: Flask, due: Service, make: Make, days: Days, post: Post
) -> None:
    make.user("editor", organisation=due.organization, email="mary@tannery.example")
    days.look()
    assert [(step, address) for step, address, _ in post.mails()] == [("first", "mary@tannery.example")]
    days.pass_by(6)
    assert len(post.mails()) == 1
    days.pass_by(15)
    told = [(step, address) for step, address, _ in post.mails()]
    assert told[1:] == [("reminder", "mary@tannery.example"), ("second", "hello@tannery.example")]
    waiting = db.session.scalar(select(CheckRound).where(CheckRound.phone_on.is_not(None)))
    assert waiting is not None and waiting.phone_on == clock.today() and waiting.why_phone == "silent"


def test_nothing_goes_out_a_day_too_soon(due: Service, days: Days, post: Post) -> None:
    due.assured_date = checked(75)
    days.look()
    assert post.mails() == []
    days.pass_by(1)
    assert len(post.mails()) == 1


def test_the_daily_job_twice_a_day_writes_once(due: Service, days: Days, post: Post) -> None:
    for _ in range(3):
        days.look()
    assert len(post.mails()) == 1


def test_two_workers_at_once_write_once(app: Flask, make: Make, days: Days, post: Post) -> None:
    for number in range(4):
        group = make.organisation(f"Group {number}", email=f"hello{number}@tannery.example")
        make.service(f"Table {number}", organisation=group, assured_date=checked(200))
    db.session.remove()
    problems: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context(), unit():
                actions.daily()
        except BaseException as problem:
            problems.append(problem)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert len(post.mails()) == 4


def test_several_listings_of_one_person_come_in_one_digest(due: Service, make: Make, days: Days, post: Post) -> None:
    make.user("editor", organisation=due.organization, email="mary@tannery.example")
    make.service("Soup Wednesdays", organisation=due.organization, assured_date=checked(20))
    make.service("Garden line", organisation=due.organization, joining=["self_refer"], assured_date=checked(10))
    days.look()
    assert len(post.mails()) == 1
    names = db.session.scalars(
        select(Service.name).join(CheckItem, CheckItem.service_id == Service.id).order_by(Service.name)
    ).all()
    assert names == ["Shed Saturdays", "Soup Wednesdays"]  # the line was just checked and holds for 180 days


def test_one_person_of_two_groups_gets_one_digest(due: Service, make: Make, days: Days, post: Post) -> None:
    other = make.organisation("Quiet Room")
    make.service("Quiet Hour", organisation=other, assured_date=checked(80))
    mary = make.user("editor", organisation=due.organization, email="mary@tannery.example")
    db.session.add(Membership(user_id=mary.id, role="editor", organization_id=other.id))
    db.session.commit()
    days.look()
    assert len(post.mails()) == 1
    assert len(db.session.scalars(select(CheckItem)).all()) == 2


def test_confirming_ends_the_ladder(due: Service, days: Days, post: Post) -> None:
    days.look()
    link = answering.link_of(post.last_token())
    answering.confirm_by_link(link, link.open_ids)
    days.pass_by(30)
    assert len(post.mails()) == 1
    assert queries.open_rounds() == []


def test_a_mail_that_comes_back_puts_the_group_on_the_telephone_list_at_once(
    due: Service, make: Make, days: Days, post: Post
) -> None:
    days.look()
    post.comes_back(blind(plain_email("hello@tannery.example")))
    days.pass_by(1)
    [one] = phoning.phone_list(make.user("moderator"))
    assert (one.why, one.organisation) == ("came_back", "Tannery Park Allotment Group")
    assert [phone.text for phone in one.phones] == ["0116 496 0187"]
    days.pass_by(30)
    assert len(post.mails()) == 1


def test_an_address_that_mail_came_back_from_is_not_asked_first_again(
    due: Service, make: Make, days: Days, post: Post
) -> None:
    make.user("editor", organisation=due.organization, email="mary@tannery.example")
    post.comes_back(blind(plain_email("mary@tannery.example")))
    days.look()
    assert [address for _, address, _ in post.mails()] == ["hello@tannery.example"]


def test_a_group_without_an_address_is_rung(make: Make, days: Days, post: Post) -> None:
    make.service("Old Table", assured_date=checked(100), phone="0116 496 0187")
    days.look()
    assert post.mails() == []
    [one] = phoning.phone_list(make.user("moderator"))
    assert one.why == "no_address"


def test_what_was_imported_and_never_claimed_is_nobodys_to_confirm(make: Make, days: Days, post: Post) -> None:
    group = make.organisation("Warm Rooms", email="hello@warm.example")
    warm = make.imported("Warm room", organisation=group)
    days.look()
    assert post.mails() == []
    make.user("editor", organisation=group, email="mary@warm.example")
    days.look()
    assert [address for _, address, _ in post.mails()] == ["mary@warm.example"]
    assert warm.assured_date is None


@pytest.mark.parametrize("end", ["closed", "withdrawn", "merged"])
def test_what_is_no_longer_there_is_asked_about_no_more(
    due: Service, make: Make, days: Days, post: Post, end: str
) -> None:
    days.look()
    if end == "closed":
        due.status = "defunct"
    elif end == "withdrawn":
        due.withdrawn_at = clock.now()
    else:
        due.merged_into_id = make.service("Shed").id
    days.pass_by(25)
    assert len(post.mails()) == 1
    assert not phoning.phone_list_size()


def test_whoever_never_answers_is_asked_anew_after_the_quarter_and_stays_on_the_telephone_list(
    due: Service, make: Make, days: Days, post: Post
) -> None:
    make.user("editor", organisation=due.organization, email="mary@tannery.example")
    days.look()
    days.pass_by(91)
    assert len(post.mails()) == 3
    days.pass_by(1)
    assert [step for step, _, _ in post.mails()] == ["first", "reminder", "second", "first"]
    assert len(queries.open_rounds()) == 1
    assert len(phoning.phone_list(make.user("moderator"))) == 1


def test_whoever_answers_on_the_first_day_is_asked_each_76_days(due: Service, days: Days, post: Post) -> None:
    days.look()
    for _ in range(4):
        link = answering.link_of(post.last_token())
        answering.confirm_by_link(link, link.open_ids)
        days.set(clock.now() + timedelta(days=74))
        days.pass_by(2)
    sent = sorted(one.date() for one in db.session.scalars(select(CheckLetter.sent_at)))
    assert [(later - earlier).days for earlier, later in pairwise(sent)] == [76] * 4


def test_the_job_is_in_the_timetable_and_runs(due: Service, days: Days, post: Post) -> None:
    db.session.commit()
    assert "assurance.daily" in ask_for_due(TIMETABLE)
    work_until_idle()
    assert db.session.scalars(select(OutboxMessage.name)).all() == ["still-right"]
