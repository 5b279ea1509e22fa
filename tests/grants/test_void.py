"""A grant that was entered by mistake: it stays with the reason, and counts nowhere."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.grants import queries
from portal.grants.gaps import gaps_in
from portal.grants.models import Grant
from portal.grants.reminding import remind
from tests.factories import Make
from tests.grants.world import typed_grant, world
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]
WHY = "Typed for the wrong group <b>"


def test_a_void_grant_stays_with_its_reason_and_stands_in_no_figure(
    app: Flask, make: Make, as_user: AsUser, mailbox: Mailbox
) -> None:
    here, group = world(make), make.organisation("Larkfield Circle")
    club = make.service(organisation=group, sessions=[make.session()], place={"neighbourhood_code": "E02002842"})
    grant = here.grant(group, services=[club])
    keeper, lead = as_user(here.keeper), make.user("lead", organisation=group)
    address = f"/grants/{grant.shown_reference}/void"
    assert "Say what the mistake was" in keeper.post(address, {"reason": " ", "version": "1"}, expect=422).main
    told = keeper.post(address, {**keeper.get(address).form(address), "reason": WHY}, expect=303)
    shown = keeper.follow(told)
    assert "This grant is void since 23 November 2026" in shown.main and WHY in shown.main
    assert "Change the grant" not in shown.main and "entered by mistake" not in shown.main
    assert db.session.query(AuditEntry).filter_by(action="grant.voided").one().details == {
        "facts": ["voided_at", "void_reason"]
    }
    held = db.session.execute(text("select void_reason from grant_award")).scalar_one()
    assert "wrong group" not in held
    db.session.expire_all()
    found = gaps_in(here.area, Quarter(2026, 3))
    assert found.empty_places == ["Canal Side", "Eastgate", "Saffron Vale"] and not found.meant
    assert "Reports that are due" not in keeper.get("/grants").main
    page = keeper.get(f"/grants/rounds/{here.round.id}").main
    assert "£0 of £50,000 given" in page and "Void" in page
    assert "£0 of £50,000 given 0" in " ".join(keeper.get("/grants").words("td")).replace("Closed on 31 May 2026 ", "")
    table = keeper.get(f"/grants/rounds/{here.round.id}.csv").html
    assert len(list(csv.reader(io.StringIO(table)))) == 1
    theirs = as_user(lead)
    assert "no grant that is kept here" in theirs.get("/group/grants").main
    theirs.get(f"/group/grants/{grant.shown_reference}", expect=404)
    assert "Our grants" not in theirs.get("/group").main
    with clock.freeze(datetime(2027, 1, 8, 9, tzinfo=UTC)):
        remind()
        assert not mailbox.to(lead.email)


def test_nothing_is_changed_of_a_void_grant_and_it_can_be_given_anew(app: Flask, make: Make, as_user: AsUser) -> None:
    here, group = world(make), make.organisation("Larkfield Circle")
    grant = here.grant(group, name="Tea on Tuesdays", amount_pence=5_000_000)
    keeper, place = as_user(here.keeper), here.hoods["Canal Side"]
    address = f"/grants/{grant.shown_reference}"
    keeper.post(f"{address}/edit", typed_grant(place, version="1", name="Tea", amount="50k"), expect=303)
    clash = keeper.post(f"{address}/void", {"reason": WHY, "version": "1"}, expect=409)
    assert clash.one("#reason").get_text().strip() == WHY
    told = {"reason": WHY, "version": str(clash.one("#version")["value"])}
    keeper.post(f"{address}/void", told, expect=303)
    keeper.post(f"{address}/void", {**told, "reason": "Again"}, expect=303)
    refused = keeper.post(f"{address}/edit", typed_grant(place, version="3"), expect=409)
    assert "This grant is void" in refused.main
    assert refused.select(".staff-header") and refused.link("Back to the grant") == address
    keeper.post(f"{address}/report/2026-q4", {"sessions": "1", "people": "1", "version": "0"}, expect=409)
    give = f"/grants/rounds/{here.round.id}/give"
    keeper.post(give, typed_grant(place, name="Tea", amount="50k"), expect=303)
    db.session.expire_all()
    assert [(one.name, one.void_reason) for one in db.session.query(Grant).order_by(Grant.made_at)] == [
        ("Tea", WHY), ("Tea", None),
    ]  # fmt: skip
    assert queries.given_of(here.round.id) == 5_000_000
    far = as_user(make.user("commissioner", area="camden"))
    far.post(f"{address}/void", told, expect=404)
