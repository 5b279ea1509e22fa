"""Asking a service for oneself: the pages, what is kept, what the group gets."""

from flask import Flask

from portal.core.extensions import db
from portal.directory.models import Service
from portal.referrals.models import Introduction, KeptAnswers
from tests.selfreferral import walking
from tests.support.page import Browser


def _introductions() -> list[Introduction]:
    db.session.rollback()
    return db.session.query(Introduction).all()


def test_six_pages_and_a_check_send_one_referral_under_an_agreement(
    app: Flask, browser: Browser, service: Service
) -> None:
    start = f"/refer/{service.id}"
    assert "not for emergencies or to report abuse" in browser.get(start).main
    check = walking.walk(browser, start, walking.REFER)
    assert check.words("h1") == ["Check before you send"]
    assert "LE2 0QB" in check.main and "Gujarati" in check.main and "Not provided" in check.main
    assert _introductions() == []
    sent = walking.send(browser, start, check)
    reference, code = walking.code_of(sent)
    assert len(code) == 6 and "What happens next" in sent.main
    (one,) = _introductions()
    assert (one.state, one.organization_id, one.referral.route) == ("sent", service.organization_id, "self")
    assert one.referral.shown_reference == reference
    person = one.person
    assert (person.name, person.organization_id, person.postcode) == ("Quilla Vantongeren", None, "LE2 0QB")
    assert person.contact["voicemail"] is False and person.contact["phone"] == "+447700900982"
    assert person.access == {"language": "gu", "interpreter": True, "formats": ["large-print"]}
    assert [(agreed.status, agreed.how) for agreed in person.consents] == [("active", "online")]
    (kept,) = db.session.query(KeptAnswers).all()
    assert kept.answers == {"told": {}, "sent": kept.answers["sent"]}
