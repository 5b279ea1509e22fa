"""Owners are told in time: of a review a month before and on the day, and of pinned services that left a page."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Flask

from portal.bundles import watching
from portal.bundles.models import Bundle
from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from tests.factories import MONDAY, Make
from tests.support.mailbox import Mailbox

Made = Callable[..., UUID]
Index = Callable[[], None]


def look(index_now: Index, *, days: int = 0) -> None:
    with clock.freeze(MONDAY + timedelta(days=days)):
        with unit():
            watching.look()
        index_now()


def owner(make: Make, area: str = "leicester", email: str = "joss@example.org") -> UUID:
    return UUID(str(make.user("moderator", area=area, email=email).id))


def test_a_review_is_told_a_month_before_and_on_the_day_each_once(
    app: Flask, make: Make, bundle: Made, index_now: Index, mailbox: Mailbox
) -> None:
    bundle(owner_id=owner(make), review_by=clock.today() + timedelta(days=31))
    told = []
    for days in (0, 1, 2, 30, 31, 32, 60):
        look(index_now, days=days)
        told.append([one.subject for one in mailbox.to("joss@example.org")])
    assert [len(one) for one in told] == [0, 1, 1, 1, 2, 2, 2]
    ahead, due = told[-1]
    assert (
        ahead == "Review “Older and living alone” by 24 December 2026" and due == "Review “Older and living alone” now"
    )


def test_another_review_date_is_told_anew(
    sqlite_app: Flask, make: Make, bundle: Made, index_now: Index, mailbox: Mailbox
) -> None:
    bundle_id = bundle(owner_id=owner(make), review_by=clock.today())
    look(index_now)
    with unit():
        db.session.get_one(Bundle, bundle_id).review_by = clock.today() + timedelta(days=10)
    look(index_now)
    assert len(mailbox.to("joss@example.org")) == 2


def test_drafts_are_reviewed_by_nobody(
    sqlite_app: Flask, make: Make, bundle: Made, index_now: Index, mailbox: Mailbox
) -> None:
    bundle(owner_id=owner(make), review_by=clock.today(), state="draft")
    look(index_now)
    assert not mailbox.to("joss@example.org")


def test_a_pinned_service_that_leaves_is_told_once_and_again_if_it_comes_back_and_goes(
    app: Flask, make: Make, bundle: Made, index_now: Index, mailbox: Mailbox
) -> None:
    pinned = make.service("Tea", needs=["loneliness"]).id
    bundle(owner_id=owner(make), pins=(pinned,))
    index_now()
    counts = []
    for day, status in enumerate(("active", "defunct", "defunct", "active", "defunct", "defunct")):
        with unit():
            db.session.get_one(Service, pinned).status = status
            listing_changed(pinned)
        index_now()
        look(index_now, days=day)
        counts.append(len(mailbox.to("joss@example.org")))
    assert counts == [0, 1, 1, 1, 2, 2]
    told = mailbox.to("joss@example.org")[0]
    assert told.subject == "1 pinned service left “Older and living alone”" and "Tea" not in told.text


def test_where_the_owner_is_gone_all_curators_of_the_area_are_told(
    sqlite_app: Flask, make: Make, bundle: Made, index_now: Index, mailbox: Mailbox
) -> None:
    gone = make.user("moderator", area="leicester", email="gone@example.org")
    gone.deactivated_at = MONDAY
    db.session.commit()
    owner(make)
    owner(make, "camden", "camden@example.org")
    owner(make, "E06000016", "council@example.org")
    owner(make, "E09000007", "other@example.org")
    bundle(owner_id=gone.id, review_by=clock.today())
    bundle(slug="none", owner_id=None, review_by=clock.today())
    look(index_now)
    assert len(mailbox.to("joss@example.org")) == 2
    assert len(mailbox.to("council@example.org")) == 2
    assert not any(mailbox.to(f"{one}@example.org") for one in ("gone", "camden", "other"))


def test_looking_twice_at_once_tells_once(
    sqlite_app: Flask, make: Make, bundle: Made, index_now: Index, mailbox: Mailbox
) -> None:
    bundle_id = bundle(owner_id=owner(make), review_by=clock.today())
    for _number in range(2):
        with unit():
            watching.look_at(str(bundle_id))
    with unit():
        watching.look_at("00000000-0000-0000-0000-000000000001")
    index_now()
    assert len(mailbox.to("joss@example.org")) == 1


def test_an_owner_by_the_councils_code_is_told_alone(
    sqlite_app: Flask, make: Make, bundle: Made, index_now: Index, mailbox: Mailbox
) -> None:
    owner(make)
    bundle(owner_id=owner(make, "E06000016", "council@example.org"), review_by=clock.today())
    look(index_now)
    assert len(mailbox.to("council@example.org")) == 1 and not mailbox.to("joss@example.org")
