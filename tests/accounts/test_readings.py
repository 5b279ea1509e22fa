"""Reading what is private to other people is an entry of the audit chain too."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.assurance.models import ListingReport
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.organisations.models import Organization
from tests.factories import Make
from tests.house.walk import SEEN
from tests.support.page import Browser
from tests.support.referrals import World

READINGS = {
    "accounts.editors": ("people.read", "moderator", None),
    "accounts.end_role": ("account.viewed", "lead", "user_id"),
    "accounts.people_of": ("people.read", "lead", "organisation_id"),
    "accounts.person": ("account.viewed", "lead", "user_id"),
    "admin.user": ("account.viewed", "administrator", "user_id"),
    "admin.users": ("people.read", "administrator", None),
    "joining.asked_to": ("claim.read", "lead", "claim_id"),
    "moderation.item": ("claim.read", "moderator", "change_id"),
    "moderation.report": ("report.read", "moderator", "report_id"),
}
"""Every page that shows names, addresses or words of other people: its action, who reads it, and which id is its subject."""
OF_COLLEAGUES = {"groups.history"}
"""Names those of the own group alone, to the group: no entry."""
OF_THE_REFERRED = {
    "caseload.details": "/clients/{person}/details",
    "caseload.record": "/clients/{person}",
    "responding.show": "/group/referrals/{introduction}",
}
"""Pages that show somebody who is referred: to their link worker, and to the group that accepted them."""


def test_no_page_that_names_people_is_left_out() -> None:
    assert set(SEEN) - OF_COLLEAGUES <= set(READINGS) | set(OF_THE_REFERRED)


@pytest.fixture
def ids(make: Make) -> dict[str, UUID]:
    """What the pages are about, by the names in their addresses: one organisation, its editor, claims, and a report."""
    service = make.service()
    lead_less = make.organisation("Elsewhere")
    asking = make.user(name="Ada Brook")
    editor = make.user("editor", organisation=service.organization)
    claims = [
        ChangeRequest(
            organization_id=organisation_id, kind="claim", by_user_id=asking.id, state="waiting",
            submitted_at=clock.now(),
        )
        for organisation_id in (service.organization_id, lead_less.id)
    ]  # fmt: skip
    report = ListingReport(
        service_id=service.id,
        reference="K7MH4P",
        form_key="k",
        kind="closed",
        words="It moved",
        contact="a@example.org",
    )
    db.session.add_all([*claims, report])
    db.session.commit()
    return {
        "organisation_id": service.organization_id, "user_id": editor.id, "claim_id": claims[0].id,
        "change_id": claims[1].id, "report_id": report.id,
        "membership_id": editor.memberships[0].id,
    }  # fmt: skip


@pytest.mark.parametrize("endpoint", READINGS)
def test_reading_of_other_people_is_an_entry(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], ids: dict[str, UUID], endpoint: str
) -> None:
    action, role, of = READINGS[endpoint]
    within = db.session.get_one(Organization, ids["organisation_id"]) if role == "lead" else None
    reader = make.user(role, organisation=within)
    [rule] = sqlite_app.url_map.iter_rules(endpoint)
    _domain, path = rule.build({name: ids[name] for name in rule.arguments}) or ("", "")
    browser = as_user(reader)
    for opened in (1, 2):
        browser.get(path)
        noted = db.session.execute(
            select(AuditEntry.actor_id, AuditEntry.subject_id).where(AuditEntry.action == action)
        ).all()
        assert noted == [(str(reader.id), str(ids[of]) if of else None)] * opened
    told = db.session.scalars(select(AuditEntry.details).where(AuditEntry.action == action))
    assert not any("@" in str(one) for one in told)


@pytest.mark.parametrize("endpoint", OF_THE_REFERRED)
def test_reading_of_who_is_referred_is_an_entry(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], endpoint: str
) -> None:
    group = make.organisation()
    loop = World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))
    made, reader = loop.introduction("accepted"), loop.group_worker if endpoint == "responding.show" else loop.worker
    path = OF_THE_REFERRED[endpoint].format(person=loop.person.reference, introduction=made.reference)
    assert sqlite_app.url_map.bind("localhost").match(path)[0] == endpoint
    person_id, browser = loop.person.id, as_user(reader)
    for opened in (1, 2):
        browser.get(path)
        noted = select(AuditEntry.actor_id, AuditEntry.subject_id).where(AuditEntry.action == "person.read")
        assert db.session.execute(noted).all() == [(str(reader.id), str(person_id))] * opened
