"""Where it shows what went to a practice: the record, the caseload, the clinician's page, and the list of governance."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.operations import messages
from portal.referrals import withdrawing
from portal.referrals.cli import documents
from portal.referrals.dispatching.transports.port import NoWay
from tests.factories import Make
from tests.referrals.dispatching.conftest import FAMILY, Handover, Use, work
from tests.referrals.dispatching.test_queueing import Kept
from tests.support.page import Browser

AsUser = Callable[..., Browser]


@pytest.fixture
def kept(use: Use) -> Kept:
    transport = Kept()
    use(transport)
    return transport


def _stuck(make: Make, kept: Kept) -> Handover:
    kept.problem = NoWay("no-address")
    handover = Handover(make)
    handover.end()
    work()
    assert handover.row.reason == "no-address"
    return handover


def test_a_link_worker_sees_what_did_not_arrive_and_sends_it_again(
    app: Flask, make: Make, kept: Kept, as_user: AsUser
) -> None:
    handover = _stuck(make, kept)
    browser = as_user(handover.worker)
    assert "Documents that did not reach a practice" in browser.get("/caseload").text
    listed = browser.get("/caseload/documents")
    assert handover.one.shown_reference in listed.text and FAMILY not in listed.text
    record = browser.get(f"/clients/{handover.person.reference}")
    assert "The practice has no e-mail address here." in record.text
    kept.problem = None
    address = f"/clients/{handover.person.reference}/documents/{handover.row.id}"
    again = browser.follow(browser.post(f"{address}/again", {}, expect=303))
    assert "It is sent again." in again.text and "Waits to be sent" in again.text
    assert browser.post(f"{address}/again", {}, expect=409)
    work()
    assert "Sent, not acknowledged yet" in browser.get(f"/clients/{handover.person.reference}").text
    assert handover.one.shown_reference not in browser.get("/caseload/documents").text


def test_it_can_be_printed_by_the_team_and_says_no_more_than_the_practice_may_know(
    sqlite_app: Flask, make: Make, kept: Kept, as_user: AsUser
) -> None:
    handover = _stuck(make, kept)
    browser = as_user(handover.worker)
    address = f"/clients/{handover.person.reference}/documents/{handover.row.id}"
    page = browser.get(address)
    assert FAMILY in page.text and "Partly achieved" in page.text
    seen = browser.get(f"/clients/{handover.person.reference}/seen").text
    assert "Made a document for Tannery Row Surgery of how the support ended" in seen
    with unit():
        withdrawing.withdraw_consent(handover.person, handover.practice.id, by="person", how="online")
    assert "Partly achieved" not in browser.get(address).text


def test_others_find_no_document(sqlite_app: Flask, make: Make, kept: Kept, as_user: AsUser) -> None:
    handover = _stuck(make, kept)
    reference, dispatch_id = handover.person.reference, handover.row.id
    stranger = as_user(make.user("link-worker", organisation=make.organisation("Elsewhere")))
    for address in (f"/clients/{reference}/documents/{dispatch_id}",):
        stranger.get(address, expect=404)
        stranger.post(f"{address}/again", {}, expect=404)
        as_user(handover.referrer).get(address, expect=403)
    assert handover.one.shown_reference not in stranger.get("/caseload/documents").text
    own = as_user(handover.worker)
    own.get(f"/clients/{reference}/documents/{uuid4()}", expect=404)
    work()
    assert handover.row.state == "refused"


def test_governance_sees_it_without_a_name_and_sends_it_again(
    sqlite_app: Flask, make: Make, kept: Kept, as_user: AsUser
) -> None:
    handover = _stuck(make, kept)
    browser = as_user(make.user("information-governance"))
    assert "Documents for practices (1)" in browser.get("/records").text
    listed = browser.get("/records/documents")
    assert handover.one.shown_reference in listed.text and FAMILY not in listed.text
    kept.problem = None
    done = browser.follow(browser.post(f"/records/documents/{handover.row.id}/again", {}, expect=303))
    assert "It is sent again." in done.text and handover.one.shown_reference not in done.text
    browser.post(f"/records/documents/{uuid4()}/again", {}, expect=404)


def test_the_clinician_sees_whether_it_arrived(sqlite_app: Flask, make: Make, kept: Kept, as_user: AsUser) -> None:
    handover = Handover(make)
    handover.end()
    browser, address = as_user(handover.referrer), f"/refer/followed/{handover.one.reference}"
    assert "The report is being sent to your practice." in browser.get(address).text
    work()
    assert "The report was sent to your practice on" in browser.get(address).text
    row = handover.row
    row.state, row.reason = "failed", "no-answer"
    db.session.commit()
    assert "did not reach your practice by itself" in browser.get(address).text


def test_operators_hear_of_it_from_the_doctor_the_figures_and_the_command(
    sqlite_app: Flask, make: Make, kept: Kept
) -> None:
    handover = _stuck(make, kept)
    checks = {one.name: one for one in messages.checks()}
    assert checks["documents by kept"].is_good and not checks["documents"].is_good
    figures = sqlite_app.test_client().get("/metrics").get_data(as_text=True)
    assert "portal_documents_to_see_to 1.0" in figures and "portal_documents_waiting 0.0" in figures
    runner = CliRunner()
    told = json.loads(runner.invoke(documents, ["status", "--json"], obj=sqlite_app).output)
    assert told["counts"] == {"refused": 1} and told["failed"][0]["reason"] == "no-address"
    assert FAMILY not in json.dumps(told)
    kept.problem = None
    assert runner.invoke(documents, ["again", str(handover.row.id)], obj=sqlite_app).exit_code == 0
    work()
    assert handover.row.state == "sent"
    assert runner.invoke(documents, ["again", str(handover.row.id)], obj=sqlite_app).exit_code == 1
