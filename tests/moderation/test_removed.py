"""Organisations that were removed from their public register, where moderators work."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import audit
from portal.core.extensions import db
from portal.directory.models import Service
from portal.moderation.models import Decision
from portal.registers import flagging
from portal.registers.models import RegisterEntry, RegisterFlag
from tests.factories import Make
from tests.moderation.conftest import remove_from_register
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("app")
LIST = "/moderate/phone-list"


@pytest.fixture
def flag(service: Service, make: Make) -> RegisterFlag:
    remove_from_register(service, make)
    db.session.commit()
    return db.session.scalars(select(RegisterFlag)).one()


def test_a_group_that_its_register_removed_waits_until_somebody_has_looked(
    desk: Browser, moderator: User, flag: RegisterFlag, service: Service
) -> None:
    page = desk.get(LIST)
    assert page.words(".tabs [aria-current]") == ["Overdue checks 1"]
    told = page.one("section[aria-labelledby=removed]").get_text(" ")
    assert "Larkfield Circle" in told and "GB-CHC 1999999" in told
    assert page.select(f'a[href="/services/{service.id}"]') and page.select(
        f'a[href="/group/listings/{service.id}/edit"]'
    )
    address = f"{LIST}/removed/{flag.id}"
    long = desk.post(address, {"note": "x" * 501}, expect=422)
    assert "x" * 501 in long.one("textarea[name=note]").get_text() and "Use 500 characters or fewer" in long.main
    done = desk.follow(desk.post(address, {"note": "They are a CIC now."}, expect=303))
    assert "Nothing waiting." in done.main and page.words(".tabs [aria-current]") != done.words(".tabs [aria-current]")
    entry = db.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "register.looked")).one()
    assert entry.actor_id == str(moderator.id) and "CIC" not in str(entry.details)
    assert [one.note for one in db.session.scalars(select(Decision))] == ["They are a CIC now."]
    desk.post(address, {}, expect=404)


def test_what_was_looked_at_stays_so_until_the_register_changes_its_mind(desk: Browser, flag: RegisterFlag) -> None:
    desk.post(f"{LIST}/removed/{flag.id}", {}, expect=303)
    flagging.look()
    db.session.commit()
    assert "Nothing waiting." in desk.get(LIST).main
    for is_removed in (False, True):
        db.session.query(RegisterEntry).update({"is_removed": is_removed})
        flagging.look()
        db.session.commit()
    assert "GB-CHC 1999999" in desk.get(LIST).main


def test_a_removed_group_is_told_to_no_moderator_elsewhere_and_to_no_stranger(
    as_user: Callable[..., Browser], make: Make, flag: RegisterFlag
) -> None:
    elsewhere = as_user(make.user("moderator", area="E09000007"))
    assert "Nothing waiting." in elsewhere.get(LIST).main
    elsewhere.post(f"{LIST}/removed/{flag.id}", {}, expect=404)
    editor = as_user(make.user("editor", organisation=make.organisation("Another")))
    editor.post(f"{LIST}/removed/{flag.id}", {}, expect=403)
    db.session.refresh(flag)
    assert flag.looked_at is None
