"""Handing somebody over: what is typed, what comes of it, and what is refused."""

from flask import Flask

from portal.people import consents
from tests.handover.conftest import Surgery, handed_over
from tests.support.people import browser_as

PAGE = "/refer/link-worker"


def test_four_typed_fields_hand_somebody_over(app: Flask, surgery: Surgery) -> None:
    browser = browser_as(app, surgery.referrer)
    page = browser.get(PAGE)
    assert "Saffron Vale Link Workers calls by" in page.main
    sent = browser.post(PAGE, data=surgery.typed, expect=303)
    (one,) = handed_over()
    assert one.state == "sent" and one.kind == "link-work" and one.organization_id == surgery.team.id
    person = one.person
    assert (person.given_name, person.family_name, person.nhs_number) == ("Quilla", "Vantongeren", "9990000018")
    assert person.contact == {"ways": ["phone"], "phone": "+447700900982"}
    assert person.organization_id is None
    assert one.referral.organization_id == surgery.practice.id and one.referral.route == "clinician"
    assert consents.covers(consents.active(person.id, surgery.team.id))
    shown = browser.get(sent.headers["Location"])
    assert one.shown_reference in shown.main and "Quilla" not in shown.html
