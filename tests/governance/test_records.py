"""The pages of information governance: nothing of the person in addresses, each opening noted, hold, correction, erasure."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts import passwords
from portal.core import audit, clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.governance.models import ErasureCertificate
from portal.people.models import Person, RecordNote
from portal.people.queries import number_keys
from tests.factories import Make
from tests.governance.conftest import SECRET
from tests.support.page import Browser
from tests.support.referrals import NUMBER, World

pytestmark = pytest.mark.usefixtures("sqlite_app")
AsUser = Callable[..., Browser]


@pytest.fixture
def desk(loop: World, make: Make, as_user: AsUser) -> Browser:
    """The browser of information governance."""
    return as_user(make.user("information-governance", name="Ines Govan"))


def test_a_number_finds_the_record_and_stands_in_no_address(loop: World, desk: Browser) -> None:
    loop.person.nhs_number, loop.person.nhs_number_key = NUMBER, number_keys(NUMBER)[0]
    db.session.commit()
    found = desk.post("/records/find", {"who": "999 000 0018"}, expect=303)
    assert found.headers["Location"] == f"/records/{loop.person.reference}"
    assert "No record has this reference" in desk.post("/records/find", {"who": "K7PH-4MWX"}, expect=422).main
    assert db.session.query(AuditEntry).filter_by(action="person.not_found").count() == 1
    assert "Enter a reference" in desk.post("/records/find", {"who": ""}, expect=422).main


def test_a_correction_is_shown_to_the_team_that_holds_the_record(loop: World, desk: Browser, as_user: AsUser) -> None:
    address = f"/records/{loop.person.reference}/note"
    key = desk.get(address).form(address)["key"]
    desk.post(address, {"words": "My surname has one n.", "key": key}, expect=303)
    page = as_user(loop.worker).get(f"/clients/{loop.person.reference}")
    assert "says that something here is wrong" in page.main and "My surname has one n." in page.main


def test_opening_a_record_is_noted_and_who_opened_it_is_shown(loop: World, desk: Browser, as_user: AsUser) -> None:
    address = f"/records/{loop.person.reference}"
    desk.get(address)
    page = desk.get(address)
    assert "Opened the record to see that it is rightly kept" in page.main and "Ines Govan" in page.main
    assert "Vantongeren" not in page.html
    for user in (loop.worker, loop.group_worker):
        as_user(user).get(address, expect=403)


def test_who_acted_and_what_was_opened_are_told_in_words(loop: World, desk: Browser, as_user: AsUser) -> None:
    one = loop.introduction("sent")
    as_user(loop.worker).get(f"/clients/{loop.person.reference}/referrals/{one.reference}")
    audit.record("person.opened_by_code", loop.person, by="person")
    db.session.commit()
    page = desk.get(f"/records/{loop.person.reference}").main
    assert "The person, or who asked for them" in page and "Opened a part of the record" in page
    assert "–" not in page and "Opened the record Opened the record" not in page


def test_the_export_is_a_file_and_an_entry(full: World, desk: Browser) -> None:
    address = f"/records/{full.person.reference}"
    data = desk.post(f"{address}/export", {"kind": "json"}, expect=200)
    assert data.headers["Content-Disposition"].startswith("attachment")
    assert SECRET in json.dumps(json.loads(data.html)["held"])
    assert SECRET in desk.post(f"{address}/export", {"kind": "html"}, expect=200).html
    noted = select(AuditEntry.details).where(AuditEntry.action == "person.exported").order_by(AuditEntry.number)
    assert db.session.scalars(noted).all() == [{"kind": "json"}, {"kind": "html"}]


def test_who_shows_again_who_they_are_is_told_that_nothing_was_downloaded_yet(
    full: World, make: Make, as_user: AsUser
) -> None:
    good, export = "purple kettle lawn", f"/records/{full.person.reference}/export"
    desk = as_user(make.user("information-governance", password_hash=passwords.hashed(good)))
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        led = desk.post(export, {"kind": "html"}, expect=303)
        desk.follow(led)
        told = {"password": good, "next": f"/records/{full.person.reference}"}
        back = desk.follow(desk.post("/account/prove", told, expect=303))
        assert "press the button again" in back.main
        assert "press the button again" not in desk.get(told["next"]).main
        desk.post(export, {"kind": "html"}, expect=200)


def test_erasing_asks_why_shows_what_goes_and_wants_the_reference(full: World, desk: Browser) -> None:
    reference, address = full.person.reference, f"/records/{full.person.reference}/erase"
    assert "Choose a reason" in desk.post(address, {"reason": ""}, expect=422).main
    words = "Quilla asked by letter"
    sure = {"reason": words, "confirm": "yes", "reference": reference}
    assert "Choose a reason" in desk.post(address, sure, expect=422).main
    look = desk.post(address, {"reason": "objection"}, expect=200)
    assert (
        "Messages between organisations: 1" in look.main
        and "referral_message" not in look.html
        and db.session.scalars(select(ErasureCertificate)).all() == []
    )
    wrong = desk.post(address, {"reason": "objection", "confirm": "yes", "reference": "no"}, expect=422)
    assert "Type the reference of this record" in wrong.main
    desk.post(address, {"reason": "objection", "confirm": "yes", "reference": reference}, expect=303)
    assert db.session.scalars(select(Person)).one().given_name is None
    assert "because it was asked for" in desk.get("/records").main
    desk.get(f"/records/{reference}", expect=404)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.erased")).one()
    assert entry.why == "objection"


def test_a_held_record_is_not_erased_until_the_hold_is_lifted(full: World, desk: Browser) -> None:
    reference, address = full.person.reference, f"/records/{full.person.reference}"
    assert "Enter a reason" in desk.post(f"{address}/hold", {"reason": ""}, expect=422).main
    desk.post(f"{address}/hold", {"reason": "An inquest."}, expect=303)
    assert "Under legal hold" in desk.get(address).main
    sure = {"reason": "unlawful", "confirm": "yes", "reference": reference}
    held = desk.post(f"{address}/erase", sure, expect=200)
    assert "under legal hold" in held.main and held.link("Change the legal hold").endswith(f"{address}/hold")
    assert db.session.scalars(select(ErasureCertificate)).all() == []
    desk.post(f"{address}/hold", {"lift": "yes"}, expect=303)
    desk.post(f"{address}/erase", sure, expect=303)
    assert db.session.scalars(select(ErasureCertificate)).one().why == "asked"


def test_a_correction_is_kept_once_beside_the_record(loop: World, desk: Browser) -> None:
    address = f"/records/{loop.person.reference}/note"
    form = {**desk.get(address).form(address), "words": "I moved in May."}
    for _time in range(2):
        desk.post(address, form, expect=303)
    assert [one.words for one in db.session.scalars(select(RecordNote))] == ["I moved in May."]
    assert "I moved in May." in desk.get(f"/records/{loop.person.reference}").main
