"""Several referrals from one case: what is proposed, what may be changed, that one send makes one referral, and once."""

from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.directory.filters import BY_NAME
from portal.directory.needs import NEEDS
from portal.people.models import Consent
from portal.referrals.models import Introduction, Referral
from portal.together.bundles import BUNDLES, MOST_LINES
from portal.together.models import TogetherLine
from tests.caseload.test_referring import filled, send
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import browser_as, make_user
from tests.support.referrals import make_person
from tests.together.conftest import Town, chosen_on, draft_from, form_of

NEAREST = {"Lift": "Wheels Together", "Shopping": "Basket Friends", "Befriending": "Cup of Company"}
"""Shopping: what says that it shops goes before what helps in the house and is nearer."""


@pytest.fixture
def worker(town: Town, app: Flask) -> Browser:
    return browser_as(app, town.loop.worker)


def to_check(worker: Browser, town: Town, address: str, **changes: Any) -> Any:
    page = worker.get(address)
    told = filled(page, **{"how": "spoken", **changes})
    return worker.follow(worker.post(f"/clients/{town.loop.person.reference}/refer", told, expect=303))


def introductions() -> dict[str, str]:
    """By service, where each stands."""
    return {one.to_what: one.state for one in db.session.query(Introduction)}


def test_bundles_are_of_needs_that_we_know_and_can_be_sent_at_once() -> None:
    assert "home-from-hospital" in BUNDLES
    for bundle in BUNDLES.values():
        assert 2 <= len(bundle.lines) <= MOST_LINES, bundle.id
        assert len({line.id for line in bundle.lines}) == len(bundle.lines), bundle.id
        assert all(line.need in NEEDS and line.need in BY_NAME["topic"].ids for line in bundle.lines), bundle.id
        assert all(word == word.casefold() for line in bundle.lines for word in line.words), bundle.id


def test_the_nearest_that_fits_and_takes_referrals_is_proposed_for_each(town: Town, worker: Browser) -> None:
    listed = worker.get(town.way)
    assert "Home from hospital" in listed.text and "Lift · Shopping · Befriending" in listed.text
    assert chosen_on(worker.get(f"{town.way}/home-from-hospital")) == NEAREST
    town.takes_none("Wheels Together")
    town.services["Cup of Company"].space_state = "full"
    town.services["Cup of Company"].space_said_at = clock.now()
    db.session.commit()
    page = worker.get(f"{town.way}/home-from-hospital")
    assert chosen_on(page) == {**NEAREST, "Lift": "Far Wheels", "Befriending": "Doorstep Befriending"}
    assert not page.select(f'input[value="{town.id("Wheels Together")}"]')


def test_what_is_about_something_else_as_well_is_not_proposed_first(
    town: Town, worker: Browser, make: Make, index_now: Any
) -> None:
    make.service("A Lift to Prayers", needs=("transport", "faith-culture"), description="Elders are collected.")
    make.service("Bags", needs=("home-help",), summary="Shopping by list.", description="We know what you like.")
    way = town.way
    index_now()
    chosen = chosen_on(worker.get(f"{way}/home-from-hospital"))
    assert chosen["Lift"] == "Wheels Together"
    assert chosen["Shopping"] == "Bags", "what it says first counts as well"


def test_one_form_one_check_and_one_send_make_one_referral_to_each(town: Town, worker: Browser) -> None:
    check = to_check(worker, town, draft_from(worker, town))
    assert "All groups will see" in check.text and "3 referrals for Q.V." in check.text
    assert check.text.count("Just home from hospital") == 1, "what is shared is said once"
    assert set(introductions().values()) == {"draft"} and not db.session.query(Consent).count()
    done = worker.follow(send(worker, check))
    assert "3 referrals sent" in done.text
    assert introductions() == dict.fromkeys(NEAREST.values(), "sent")
    referral = db.session.query(Referral).one()
    assert set(referral.needs) == {"transport", "home-help", "befriending"}
    assert db.session.query(Consent).count() == 3, "an agreement with each group"
    lines = db.session.query(TogetherLine).order_by(TogetherLine.position).all()
    assert [(one.line, one.service.name) for one in lines] == [
        (line.id, NEAREST[str(line.label)]) for line in BUNDLES["home-from-hospital"].lines
    ]


def test_each_can_be_changed_or_left_out(town: Town, worker: Browser) -> None:
    address = draft_from(
        worker, town, **{"lift-service": town.id("Far Wheels"), "befriending-service": "none"}
    )  # fmt: skip
    send(worker, to_check(worker, town, address))
    assert introductions() == {"Far Wheels": "sent", "Basket Friends": "sent"}
    assert set(db.session.query(Referral).one().needs) == {"transport", "home-help"}


def test_the_same_form_sent_twice_makes_one_set(town: Town, worker: Browser) -> None:
    told = form_of(worker.get(f"{town.way}/home-from-hospital"))
    address = f"{town.way}/home-from-hospital"
    first, second = (worker.post(address, told, expect=303).headers["Location"] for _time in range(2))
    assert first == second
    assert db.session.query(Referral).count() == 1 and len(introductions()) == 3
    assert db.session.query(TogetherLine).count() == 3
    check = to_check(worker, town, first)
    send(worker, check)
    send(worker, check)
    again = worker.post(address, {**told, "lift-service": town.id("Far Wheels")}, expect=303)
    assert again.headers["Location"].endswith("/sent"), "what went out stays as it was"
    assert introductions() == dict.fromkeys(NEAREST.values(), "sent")


def test_going_back_and_choosing_otherwise_changes_the_draft(town: Town, worker: Browser) -> None:
    told = form_of(worker.get(f"{town.way}/home-from-hospital"))
    address = f"{town.way}/home-from-hospital"
    worker.post(address, told, expect=303)
    anew = worker.post(address, {**told, "lift-service": town.id("Far Wheels")}, expect=303)
    assert db.session.query(Referral).count() == 1
    send(worker, to_check(worker, town, anew.headers["Location"]))
    went = dict.fromkeys(NEAREST.values(), "sent")
    assert introductions() == {**went, "Wheels Together": "entered-in-error", "Far Wheels": "sent"}
    assert db.session.query(TogetherLine).filter_by(line="lift").one().service.name == "Far Wheels"


def test_back_from_what_is_shared_leads_to_what_was_chosen_and_changes_the_same_draft(
    town: Town, worker: Browser
) -> None:
    check = to_check(worker, town, draft_from(worker, town, **{"befriending-service": "none"}))
    shared = worker.get(check.link("Back"))
    draft = db.session.query(Referral).one()
    back = shared.link("Back")
    assert back == f"{town.way}/home-from-hospital?draft={draft.reference}"
    page = worker.get(back)
    assert chosen_on(page) == {**NEAREST, "Befriending": "Leave this out: Befriending"}
    told = {**form_of(page), "lift-service": town.id("Far Wheels")}
    answer = worker.post(f"{town.way}/home-from-hospital", told, expect=303)
    assert answer.headers["Location"] == f"/clients/{town.loop.person.reference}/refer?draft={draft.reference}"
    assert db.session.query(Referral).count() == 1
    assert chosen_on(worker.get(back))["Lift"] == "Far Wheels"
    shared = worker.get(answer.headers["Location"])
    assert (
        worker.get(f"{back}&next=//elsewhere.example").link("Back") == town.way
    )  # no address is taken from the address
    send(worker, to_check(worker, town, answer.headers["Location"]))
    sent = {"Wheels Together": "entered-in-error", "Far Wheels": "sent", "Basket Friends": "sent"}
    assert introductions() == sent
    assert worker.get(back, expect=303).headers["Location"].endswith(f"/refer/{draft.reference}/sent")


def test_what_was_taken_out_or_thrown_away_is_not_ticked_when_one_goes_back(town: Town, worker: Browser) -> None:
    check = to_check(worker, town, draft_from(worker, town))
    draft = db.session.query(Referral).one()
    aside = f"/clients/{town.loop.person.reference}/refer/{draft.reference}/leave-out"
    back = worker.get(check.link("Back")).link("Back")
    lift = next(one for one in draft.introductions if one.to_what == "Wheels Together")
    worker.post(aside, {"introduction": lift.reference, "version": str(draft.version)}, expect=303)
    page = worker.get(back)
    assert chosen_on(page)["Lift"] == "Leave this out: Lift"
    told = {**form_of(page), "lift-service": town.id("Wheels Together")}
    worker.post(f"{town.way}/home-from-hospital", told, expect=303)  # taken in again
    assert chosen_on(worker.get(back)) == NEAREST
    worker.post(aside, {"version": str(db.session.get_one(Referral, draft.id).version)}, expect=303)
    page = worker.get(back)
    assert chosen_on(page) == NEAREST and form_of(page)["key"] != told["key"]


def test_no_draft_of_another_person_or_bundle_is_shown(town: Town, worker: Browser) -> None:
    draft_from(worker, town, **{"lift-service": "none"})
    reference = db.session.query(Referral).one().reference
    other = make_person(town.loop.team, worker=town.loop.worker, given_name="Osric")
    other.postcode = town.loop.person.postcode
    db.session.commit()
    theirs = worker.get(f"/clients/{other.reference}/together/home-from-hospital?draft={reference}")
    assert not chosen_on(theirs)["Lift"].startswith("Leave this out")
    bundle = next(one for one in BUNDLES if one != "home-from-hospital")
    key = form_of(worker.get(f"{town.way}/home-from-hospital?draft={reference}"))["key"]
    for told in (reference, "nonsense", "%00", ""):
        assert form_of(worker.get(f"{town.way}/{bundle}?draft={told}"))["key"] != key


@pytest.mark.parametrize(
    "sent", ["", "nonsense", "\x00", "\ud800", "9" * 400, "=cmd()", "11111111-1111-4111-8111-111111111111"]
)
def test_what_was_not_offered_is_refused_in_a_sentence(town: Town, worker: Browser, sent: str) -> None:
    told = form_of(worker.get(f"{town.way}/home-from-hospital"))
    told["lift-service"] = sent.encode("utf-8", "ignore").decode()
    wrong = worker.post(f"{town.way}/home-from-hospital", told, expect=422)
    assert "Lift: choose a group, or leave it out" in wrong.text
    assert not db.session.query(Referral).count()


def test_all_left_out_is_nothing_to_send(town: Town, worker: Browser) -> None:
    told = {**form_of(worker.get(f"{town.way}/home-from-hospital"))}
    told |= dict.fromkeys(("lift-service", "shopping-service", "befriending-service"), "none")
    wrong = worker.post(f"{town.way}/home-from-hospital", told, expect=422)
    assert "Choose one group at least" in wrong.text and not db.session.query(Referral).count()


def test_words_of_danger_lead_to_help_before_any_of_it_is_sent(town: Town, worker: Browser) -> None:
    page = worker.get(draft_from(worker, town))
    told = filled(page, how="spoken", reason="He says he wants to kill himself.")
    first = worker.post(f"/clients/{town.loop.person.reference}/refer", told, expect=200)
    assert "Does someone need help right now?" in first.text and "116 123" in first.text
    assert set(introductions().values()) == {"draft"}


def test_where_they_agreed_with_all_of_them_before_it_is_ticked(town: Town, worker: Browser) -> None:
    town.agrees(*NEAREST.values())
    page = worker.get(draft_from(worker, town))
    assert page.one('input[name="how"][checked]')["value"] == "before"


def test_nothing_near_says_so_and_can_be_left_out(town: Town, worker: Browser) -> None:
    for name in ("Wheels Together", "Far Wheels"):
        town.takes_none(name)
    page = worker.get(f"{town.way}/home-from-hospital")
    assert "Nothing near fits and takes referrals now." in page.text
    assert chosen_on(page)["Lift"].startswith("Leave this out")


def test_it_is_for_the_team_that_holds_the_record(town: Town, app: Flask, worker: Browser, make: Make) -> None:
    told = form_of(worker.get(f"{town.way}/home-from-hospital"))
    other = browser_as(app, make_user("link-worker", organisation=make.organisation("Mill Lane Link Workers")))
    for address in (town.way, f"{town.way}/home-from-hospital"):
        other.get(address, expect=404)
    del told["csrf_token"]
    other.post(f"{town.way}/home-from-hospital", told, expect=404)
    browser_as(app, town.loop.group_worker).get(town.way, expect=403)
    worker.get(f"{town.way}/no-such-bundle", expect=404)
    assert not db.session.query(Referral).count()


def test_a_key_of_another_persons_form_makes_nothing(town: Town, worker: Browser, make: Make) -> None:
    told = form_of(worker.get(f"{town.way}/home-from-hospital"))
    worker.post(f"{town.way}/home-from-hospital", told, expect=303)
    other = make_person(town.loop.team, worker=town.loop.worker, given_name="Osric")
    worker.post(f"/clients/{other.reference}/together/home-from-hospital", told, expect=404)
    assert db.session.query(Referral).one().person_id == town.loop.person.id


def test_a_closed_record_is_not_referred(town: Town, worker: Browser) -> None:
    told = form_of(worker.get(f"{town.way}/home-from-hospital"))
    town.loop.person.closed_at = clock.now()
    db.session.commit()
    assert "This record is closed" in worker.get(f"{town.way}/home-from-hospital").text
    worker.post(f"{town.way}/home-from-hospital", told, expect=409)
    assert not db.session.query(Referral).count()


def test_each_look_at_the_record_leaves_an_entry_and_the_choice_too(town: Town, worker: Browser) -> None:
    draft_from(worker, town)
    entries = db.session.query(AuditEntry).all()
    looks = [one for one in entries if one.action == "person.read" and (one.details or {}).get("what") == "together"]
    assert len(looks) == 2, "one for the page, one for the form"
    made = next(one for one in entries if one.action == "together.chosen")
    assert made.details == {"referral": str(db.session.query(Referral).one().id)}, "not what the person needs"


def test_the_page_costs_the_same_however_many_services_fit(
    town: Town, worker: Browser, make: Make, index_now: Any, count_statements: Any
) -> None:
    address = f"{town.way}/home-from-hospital"

    def statements() -> int:
        with count_statements() as seen:
            worker.get(address)
        return len(seen)

    statements()
    few = statements()
    for number in range(8):
        make.service(f"Lift Number {number}", needs=("transport",), description="A lift.")
    index_now()
    statements()
    assert statements() == few <= 40
