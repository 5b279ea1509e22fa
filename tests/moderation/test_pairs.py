"""Pairs of listings: found by the worker, merged fact by fact, parted whole, never asked about twice."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Membership
from portal.assurance.models import ListingReport
from portal.changes.facts import read_all
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.directory.models import Service
from portal.moderation import duplicates_finding as finding
from portal.moderation.models import Decision, DuplicatePair
from portal.organisations.models import OrganizationIdentifier
from tests.factories import Make
from tests.moderation.conftest import Propose
from tests.support.page import Browser


@pytest.fixture
def twins(app: Flask, make: Make) -> tuple[Service, Service]:
    """One library in two lists, with facts that differ."""
    times = [make.session("MO", "09:30"), make.session("TH", "09:30")]
    one = make.service(
        "Larkfield Library", organisation=make.organisation("Larkfield Library"), sessions=times, phone="0116 496 0110",
        place={"name": "Larkfield Library", "address": "Mill Street"},
    )  # fmt: skip
    other = make.service(
        "Larkfield Community Library", organisation=make.organisation("Larkfield Community Library"),
        description="Books, warmth and free computers for everybody.", phone="0116 496 0199",
        sessions=[make.session("MO", "09:30"), make.session("TH", "09:30"), make.session("SA", "10:00")],
        place={"name": "Larkfield Library", "address": "Mill Street, Larkfield"},
    )  # fmt: skip
    return one, other


@pytest.fixture
def pair(twins: tuple[Service, Service]) -> DuplicatePair:
    finding.look_at(twins[0].id)
    db.session.commit()
    return db.session.scalars(select(DuplicatePair)).one()


def side_of(pair: DuplicatePair, service: Service) -> str:
    return "one" if pair.one_id == service.id else "other"


def test_both_ways_of_looking_find_the_same(twins: tuple[Service, Service], make: Make) -> None:
    make.service("Walking Football", place={"name": "Larkfield Hall"})
    assert finding.look_at(twins[1].id) == 1
    db.session.commit()
    first = db.session.scalars(select(DuplicatePair.score)).one()
    assert finding.look_at_all() == 1
    assert db.session.scalars(select(DuplicatePair.score)).one() == pytest.approx(first)


def test_the_worker_looks_when_a_change_goes_live_and_at_night(
    app: Flask, twins: tuple[Service, Service], make: Make, propose: Propose
) -> None:
    editor = make.user("editor", organisation=twins[0].organization, trusted=True)
    propose(editor, twins[0], summary="Books and tea.")
    work_until_idle()
    assert db.session.scalars(select(DuplicatePair)).one()
    finding.nightly()
    work_until_idle()
    assert len(db.session.scalars(select(DuplicatePair)).all()) == 1


def test_a_pair_that_is_no_longer_alike_is_forgotten(pair: DuplicatePair, twins: tuple[Service, Service]) -> None:
    twins[1].name, twins[1].organization.name = "Judo for girls", "Judo for girls"
    db.session.flush()
    finding.look_at(twins[0].id)
    assert db.session.scalars(select(DuplicatePair)).all() == []


def test_what_is_called_different_is_never_asked_again(desk: Browser, pair: DuplicatePair) -> None:
    assert "Larkfield Library" in desk.get("/moderate/duplicates").main
    done = desk.follow(desk.post(f"/moderate/duplicates/{pair.id}/different", expect=303))
    assert "We will not ask about them again." in done.main
    finding.look_at_all()
    db.session.expire_all()
    assert db.session.scalars(select(DuplicatePair.state)).all() == ["different"]
    assert "Nothing waiting." in desk.get("/moderate/duplicates").main
    desk.post(f"/moderate/duplicates/{pair.id}/merge", {"stays": "one"}, expect=409)


def test_a_merge_takes_the_chosen_facts_and_keeps_both_addresses(
    desk: Browser, browser: Browser, pair: DuplicatePair, twins: tuple[Service, Service]
) -> None:
    one, other = twins
    page = desk.get(f"/moderate/duplicates/{pair.id}")
    assert "Same postcode" in page.main
    assert {"side-description", "side-phone", "side-sessions"} <= {tag["name"] for tag in page.select(".pair input")}
    theirs = side_of(pair, other)
    chosen = {"stays": side_of(pair, one), "side-description": theirs, "side-phone": theirs, "side-sessions": theirs}
    desk.post(f"/moderate/duplicates/{pair.id}/merge", chosen, expect=303)
    db.session.expire_all()
    assert other.merged_into_id == one.id
    assert one.description == "Books, warmth and free computers for everybody."
    assert one.contacts[0].phones[0].number == "0116 496 0199"
    assert len(one.service_at_locations[0].sessions) == 3
    assert one.name == "Larkfield Library"
    moved = browser.get(f"/services/{other.id}/larkfield-community-library", expect=301)
    assert str(one.id) in moved.headers["Location"]
    browser.get(f"/services/{one.id}/larkfield-library")


def test_a_merge_is_undone_whole(
    desk: Browser, browser: Browser, make: Make, pair: DuplicatePair, twins: tuple[Service, Service], propose: Propose
) -> None:
    one, other = twins
    editor = make.user("editor", organisation=other.organization)
    change = propose(editor, other, description="Even more books.")
    report = ListingReport(service_id=other.id, reference="ABC234", kind="wrong_time", form_key="k" * 24)
    db.session.add(report)
    db.session.commit()
    before = {service.id: read_all(service) for service in twins}
    managers = {service.id: service.organization_id for service in twins}
    theirs = side_of(pair, other)
    names = {f"side-{name}": theirs for name in read_all(one)}
    desk.post(f"/moderate/duplicates/{pair.id}/merge", {"stays": side_of(pair, one), **names}, expect=303)
    db.session.expire_all()
    assert (report.service_id, change.service_id, one.organization_id) == (one.id, one.id, managers[other.id])
    assert read_all(one)["description"] == before[other.id]["description"]
    decision = db.session.scalars(select(Decision).where(Decision.kind == "merge")).one()
    desk.post(f"/moderate/undo/{decision.id}", expect=303)
    db.session.expire_all()
    assert {service.id: read_all(service) for service in twins} == before
    assert {service.id: service.organization_id for service in twins} == managers
    assert (other.merged_into_id, pair.state) == (None, "open")
    assert (report.service_id, change.service_id, change.before["description"]) == (
        other.id, other.id, before[other.id]["description"],
    )  # fmt: skip
    browser.get(f"/services/{other.id}/larkfield-community-library")


def test_choosing_the_other_place_keeps_the_times(
    desk: Browser, pair: DuplicatePair, twins: tuple[Service, Service]
) -> None:
    one, other = twins
    desk.post(
        f"/moderate/duplicates/{pair.id}/merge",
        {"stays": side_of(pair, one), "side-place": side_of(pair, other)},
        expect=303,
    )
    db.session.expire_all()
    here = one.service_at_locations[0]
    assert here.location.addresses[0].address_1 == "Mill Street, Larkfield"
    assert len(here.sessions) == 2


def test_the_second_of_two_moderators_does_not_merge_again(
    desk: Browser, as_user: Callable[..., Browser], make: Make, pair: DuplicatePair
) -> None:
    second = as_user(make.user("moderator"))
    desk.post(f"/moderate/duplicates/{pair.id}/merge", {"stays": "one"}, expect=303)
    late = second.post(f"/moderate/duplicates/{pair.id}/merge", {"stays": "other"}, expect=409)
    assert "Another moderator has decided" in late.main
    assert len(db.session.scalars(select(Decision).where(Decision.kind == "merge")).all()) == 1


def test_a_pair_of_another_area_is_not_found(
    as_user: Callable[..., Browser], make: Make, pair: DuplicatePair, desk: Browser
) -> None:
    elsewhere = as_user(make.user("moderator", area="E09000007"))
    elsewhere.get(f"/moderate/duplicates/{pair.id}", expect=404)
    elsewhere.post(f"/moderate/duplicates/{pair.id}/merge", {"stays": "one"}, expect=404)
    desk.get(f"/moderate/duplicates/{pair.id}")


def test_a_pair_across_two_areas_is_merged_and_parted_by_who_looks_after_both(
    as_user: Callable[..., Browser], make: Make, pair: DuplicatePair, twins: tuple[Service, Service]
) -> None:
    twins[1].service_at_locations[0].location.authority_code = "E09000007"
    db.session.commit()
    address, merge = f"/moderate/duplicates/{pair.id}", {"stays": side_of(pair, twins[0])}
    halves = [as_user(make.user("moderator", area=area)) for area in ("E06000016", "E09000007")]
    for half in halves:
        assert "Larkfield Library" in half.get("/moderate/duplicates").main
        page = half.get(address)
        assert "A moderator who looks after both areas, or everywhere, can merge them" in page.main
        assert "Merge into one" not in page.main and "They are two" in page.main
        refused = half.post(f"{address}/merge", merge, expect=403)
        assert "One of the two lies outside your areas" in refused.main
    db.session.expire_all()
    assert pair.state == "open" and twins[1].merged_into_id is None
    both = make.user("moderator", area="E06000016")
    both.memberships.append(Membership(role="moderator", area="E09000007"))
    db.session.commit()
    whole = as_user(both)
    assert "Merge into one" in whole.get(address).main
    whole.post(f"{address}/merge", merge, expect=303)
    decision = db.session.scalars(select(Decision).where(Decision.kind == "merge")).one()
    for half, status in zip(halves, (403, 404), strict=True):
        half.post(f"/moderate/undo/{decision.id}", expect=status)
    whole.post(f"/moderate/undo/{decision.id}", expect=303)
    db.session.expire_all()
    assert pair.state == "open" and twins[1].merged_into_id is None


def test_records_tell_numbers_of_the_register_and_phones(app: Flask, make: Make) -> None:
    from portal.moderation.duplicates_records import records_of

    service = make.service(phone="+44 (0)116 496 0110", opening_text="Fridays 2pm", email="Hello@Example.org")
    db.session.add(
        OrganizationIdentifier(
            organization_id=service.organization_id,
            identifier_scheme="GB-CHC",
            identifier_type="charity",
            identifier="1999999",
        )
    )
    db.session.commit()
    record = records_of([service.id])[service.id]
    assert (record.registers, record.phones, record.emails) == (
        {"GB-CHC:1999999"}, {"01164960110"}, {"hello@example.org"},
    )  # fmt: skip
    assert record.times == {("FR", 14 * 60)}
