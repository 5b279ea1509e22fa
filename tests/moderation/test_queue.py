"""The queues: what waits, who may see it, ticking, and the figures above."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.changes import risks
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.moderation import ages
from tests.factories import MONDAY, Make
from tests.moderation.conftest import Propose, phone
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("app")


def test_an_empty_queue_says_when_the_last_thing_was_cleared(
    desk: Browser, editor: User, propose: Propose, service: Service
) -> None:
    assert "Nothing waiting." in desk.get("/moderate").main
    with clock.freeze(MONDAY.replace(hour=14, minute=10)):
        change = propose(editor, description="Soup and company.")
        desk.post(f"/moderate/changes/{change.id}/approve", expect=303)
        assert "Nothing waiting. Last item cleared at 14:10." in desk.get("/moderate").main
        assert "Last item cleared at 14:10" in desk.get("/moderate/new").main


def test_a_row_says_what_who_how_long_and_how_risky(desk: Browser, editor: User, propose: Propose) -> None:
    with clock.freeze(MONDAY - timedelta(days=5)):
        propose(editor, phone=phone("0116 496 0172"), description="Tea, talk and soup.")
    with clock.freeze(MONDAY):
        page = desk.get("/moderate")
    row = page.one(".queue tbody tr")
    told = " ".join(row.get_text(" ").split())
    assert "What happens and Phone" in told
    assert "Kettle and Chat" in told
    assert "Editor, first change" in told
    assert "3 working days" in told
    assert "New editor" in told
    assert "Contact changed" in told
    assert not row.select("input")
    assert "Oldest waiting 3 working days. Our promise is 2 working days." in page.main
    assert page.words(".tabs [aria-current]") == ["Changes 1"]


def test_a_week_end_and_a_bank_holiday_are_no_working_days() -> None:
    christmas = MONDAY.replace(month=12, day=24)
    with clock.freeze(christmas + timedelta(days=5)):
        assert ages.working_days_since(christmas) == 1


def test_a_moderator_sees_their_area_alone(
    as_user: Callable[..., Browser], make: Make, editor: User, propose: Propose, service: Service
) -> None:
    change = propose(editor, description="Soup.")
    there, elsewhere = make.user("moderator", area="E06000016"), make.user("moderator", area="E09000007")
    assert "Kettle and Chat" in as_user(there).get("/moderate").main
    outside = as_user(elsewhere)
    assert "Nothing waiting." in outside.get("/moderate").main
    outside.get(f"/moderate/changes/{change.id}", expect=404)
    outside.post(f"/moderate/changes/{change.id}/approve", expect=404)


def test_a_moderator_trusts_editors_of_their_area_alone(
    as_user: Callable[..., Browser], make: Make, editor: User, service: Service
) -> None:
    membership = editor.held[0]
    address = f"/account/editors/{membership.id}/trust"
    for area, status in (("E09000007", 404), ("E06000016", 303)):
        as_user(make.user("moderator", area=area)).post(address, {"trusted": "yes"}, expect=status)
        db.session.refresh(membership)
        assert (membership.trusted_at is not None) is (status == 303)


def test_a_moderator_sees_the_editors_of_their_area_alone(
    as_user: Callable[..., Browser], make: Make, app: Flask
) -> None:
    for name, council in (("Larkfield Circle", "E06000016"), ("Camden Circle", "E09000007")):
        organisation = make.organisation(name)
        make.service(organisation=organisation, location=make.location(authority_code=council))
        make.user("editor", organisation=organisation, name=f"Editor of {name}")
    shown = {
        who: as_user(make.user(role, area=area)).get("/account/editors").words(".sheet__row strong")
        for who, role, area in (
            ("here", "moderator", "E06000016"), ("there", "moderator", "E09000007"), ("nowhere", "moderator", "E07000208"),
            ("everywhere", "moderator", None), ("administrator", "administrator", None),
        )
    }  # fmt: skip
    both = ["Editor of Camden Circle", "Editor of Larkfield Circle"]
    assert {who: sorted(names) for who, names in shown.items()} == {
        "here": both[1:], "there": both[:1], "nowhere": [], "everywhere": both, "administrator": both,
    }  # fmt: skip


def test_rows_and_counts_agree_where_an_organisation_has_a_listing_elsewhere_too(
    as_user: Callable[..., Browser], make: Make, editor: User, propose: Propose, service: Service
) -> None:
    elsewhere = make.location(name="Far Hall", authority_code="E09000007")
    other = make.service("Far Table", organisation=service.organization, location=elsewhere)
    propose(editor, description="Soup.")
    propose(editor, other, description="Cake.")
    page = as_user(make.user("moderator", area="E06000016")).get("/moderate")
    assert page.words(".tabs [aria-current]") == ["Changes 2"]
    assert len(page.select(".queue tbody tr")) == 2


def test_only_plain_changes_can_be_ticked_and_a_page_asks_first(
    desk: Browser, make: Make, editor: User, trusted: User, propose: Propose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risks, "is_sampled", lambda _id: True)
    risky = propose(editor, description="Soup and company.")
    plain = propose(trusted, who_for="Anybody who likes tea.")
    live = propose(trusted, summary="Tea each Tuesday.")
    page = desk.get("/moderate")
    assert {tag["value"] for tag in page.select("input[name=tick]")} == {str(plain.id), str(live.id)}
    assert "Trusted editor, 1 in 10 sample" in page.main
    all_ticked = desk.get(page.link("Tick all 2 plain changes"))
    assert len(all_ticked.select("input[name=tick][checked]")) == 2
    check = desk.get(f"/moderate/changes/ticked?tick={plain.id}&tick={live.id}&tick={risky.id}&tick=nonsense")
    assert "2 changes will be approved" in check.main
    assert "1 is left out" in check.main
    done = desk.follow(
        desk.post("/moderate/changes/ticked", {"tick": [str(plain.id), str(live.id), str(risky.id)]}, expect=303)
    )
    assert "2 changes approved." in done.main
    assert "bears a risk mark" in done.main
    db.session.refresh(risky)
    db.session.refresh(plain)
    db.session.refresh(live)
    assert (risky.state, plain.state, live.state) == ("waiting", "live", "live")
    assert live.reviewed_at is not None


def test_what_nobody_ticked_is_not_approved(desk: Browser) -> None:
    assert "Tick at least one change first." in desk.follow(desk.get("/moderate/changes/ticked", expect=302)).main


@pytest.mark.parametrize("role", ["editor", "lead", "link-worker", "administrator", "information-governance"])
def test_other_roles_do_not_moderate(role: str, as_user: Callable[..., Browser], make: Make, service: Service) -> None:
    own = service.organization if role in {"editor", "lead", "link-worker"} else None
    as_user(make.user(role, organisation=own)).get("/moderate", expect=403)


def test_a_queue_asks_as_much_for_many_as_for_few(
    app: Flask,
    desk: Browser,
    make: Make,
    editor: User,
    propose: Propose,
    service: Service,
    count_statements: Callable[..., object],
) -> None:
    propose(editor, description="One.")
    desk.get("/moderate")
    with count_statements() as few:
        desk.get("/moderate")
    for number in range(8):
        other = make.service(f"Group {number}", organisation=service.organization)
        propose(editor, other, description=f"Number {number}.")
    with count_statements() as many:
        desk.get("/moderate")
    assert len(many) == len(few)
    assert len(few) <= 14
