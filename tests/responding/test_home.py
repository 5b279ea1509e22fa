"""What referrals ask of a group stands on its home page, for those who answer them and for nobody else."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from portal.accounts.models import Membership
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.referrals.models import Appointment
from portal.responding.queries import counted_since
from tests.factories import Make
from tests.support.page import Browser
from tests.support.referrals import World

AsUser = Callable[..., Browser]


def editor_too(loop: World) -> None:
    """The group worker looks after the listings as well."""
    loop.group_worker.memberships.append(Membership(role="editor", organization_id=loop.group.id))
    db.session.commit()


def test_what_is_to_do_is_told_with_minutes(sqlite_app: Flask, loop: World, make: Make, as_user: AsUser) -> None:
    editor_too(loop)
    services: list[Service] = [make.service(f"Table {number}", organisation=loop.group) for number in range(5)]
    first = loop.introduction("sent", service=services[0])
    loop.introduction("in-review", service=services[1])
    loop.introduction("info-requested", service=services[2])
    booked = loop.introduction("booked", service=services[3])
    loop.introduction("waiting-list", service=services[4]).review_on = clock.today()
    visit = db.session.query(Appointment).filter_by(introduction_id=booked.id).one()
    visit.starts_at = clock.now() - timedelta(hours=3)
    db.session.commit()
    page = as_user(loop.group_worker).get("/group")
    assert "Answer 2 referrals" in page.main and "Answer it by" in page.main and not page.select(".mark--act")
    assert page.link("Look again at 1 person who waits").endswith("view=waiting")
    assert [one for one in page.words(".sheet__link") if one.startswith("Say who came on ")]
    assert "Referrals 2" in page.words(".staff-header__parts a")
    first.respond_by = clock.today()
    db.session.commit()
    assert as_user(loop.group_worker).get("/group").words(".mark--act") == ["Answer today"]


def test_who_edits_listings_alone_sees_nothing_of_referrals(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser
) -> None:
    loop.introduction("sent")
    page = as_user(make.user("editor", organisation=loop.group)).get("/group")
    assert "referral" not in " ".join(page.words(".sheet__link")).lower()
    assert not [words for words in page.words(".staff-header__parts a") if words.startswith("Referrals")]


def test_a_lead_hears_how_many_wait_and_who_can_answer_and_nothing_of_anybody(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser
) -> None:
    lead = as_user(make.user("lead", organisation=loop.group))
    assert "wait" not in " ".join(lead.get("/group").words("h2"))
    first = loop.introduction("sent")
    loop.introduction("in-review", service=make.service("Choir", organisation=loop.group))
    loop.introduction("info-requested", service=make.service("Walks", organisation=loop.group))
    page = lead.get("/group")
    assert "2 referrals wait for an answer" in page.words("h2") and "Gus Ferndale" in page.main
    assert page.link("Choose who else answers") == f"/account/people/{loop.group.id}"
    assert not [word for word in ("Quilla", "Q.V.", first.shown_reference) if word in page.html]
    loop.group_worker.deactivated_at = clock.now()
    db.session.commit()
    page = lead.get("/group")
    assert "Gus Ferndale" not in page.main and "Nobody of your group has the role of group worker yet" in page.main


def test_who_answers_alone_comes_to_the_inbox_and_the_header_counts(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    loop.introduction("sent")
    page = as_user(loop.group_worker).get("/group/referrals")
    assert page.words(".staff-header__parts a") == ["Referrals 1"]
    assert "Referrals" in as_user(loop.group_worker).get("/").words("header a")


def test_people_are_counted_once_each(app: Flask, loop: World, make: Make) -> None:
    loop.introduction("in-progress")
    loop.introduction("accepted", service=make.service("Second", organisation=loop.group))
    loop.introduction("entered-in-error", service=make.service("Third", organisation=loop.group))
    found = counted_since(loop.group.id, clock.today() - timedelta(days=1))
    assert found == {"sent": 2, "accepted": 2, "came": 1}
