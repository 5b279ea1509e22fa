"""Handing somebody over: what is typed, what comes of it, and what is refused."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.accounts import arriving
from portal.accounts.models import Membership
from portal.core import clock, working_days
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.wording import day
from portal.handover import identity
from portal.people import consents
from portal.people.models import Consent, Person
from portal.referrals import sending
from portal.referrals.models import LinkTeam, Referral
from tests.factories import Make
from tests.handover.conftest import Surgery, handed_over
from tests.support.at_once import all_know, post_all
from tests.support.people import browser_as, make_user
from tests.support.referrals import NUMBER, make_person, make_team

PAGE = "/refer/link-worker"
DANGER = "She says she wants to kill herself tonight."
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "Enter a name"),
    ({"name": "Q" * 101}, "Use 100 characters or fewer"),
    ({"who": ""}, "Enter the NHS number, like 999 123 4551, or the date of birth, like 27 3 1964"),
    ({"who": "999 000 0019"}, "one of its 10 digits is wrong"),
    ({"who": "0000000000"}, "one of its 10 digits is wrong"),
    ({"who": "31 2 1965"}, "That month has no such day"),
    ({"who": "27 3 1850"}, "more than 130 years ago"),
    ({"who": "27 3 2090"}, "in the future"),
    ({"who": "29 2 1965"}, "February 1965 has 28 days"),
    ({"contact": "by pigeon"}, "Enter a phone number or an e-mail address"),
    ({"contact": ""}, "tick “Ask through the practice”"),
    ({"ways": []}, "Tick at least one way that is safe"),
    ({"ways": ["e-mail"]}, "Enter an e-mail address above"),
    ({"contact": "q@people.example.org"}, "Enter a phone number above"),
    ({"contact": "0116 496 0145", "ways": ["text"]}, "Texts need a mobile number"),
    ({"reason": ""}, "Say in a sentence what would help"),
    ({"reason": "x" * 501}, "Use 500 characters or fewer"),
    ({"agreed": ""}, "Say how the person agreed, or ask them by link"),
    ({"agreed": "link"}, "There is no safe e-mail address or mobile number to ask them by."),
    ({"agreed": "link", "given_by": "worker", "basis_note": "x"}, "who cannot decide alone is not asked by link"),
    ({"given_by": "worker"}, "Say in a sentence how you found this"),
    ({"given_by": "young"}, "Say in a sentence how you found this"),
    ({"who": "27 3 2015"}, "The person is under 16"),
]
KINDS: list[tuple[dict[str, str], str, str]] = [
    ({"agreed": "written"}, "written", "person"),
    ({"given_by": "worker", "basis_note": "Cannot follow; his son was asked."}, "best-interest", "worker"),
    ({"given_by": "attorney", "basis_note": "Holds a lasting power."}, "best-interest", "attorney"),
    ({"who": "27 3 2015", "given_by": "parent"}, "spoken", "parent"),
    ({"who": "27 3 2012", "given_by": "young", "basis_note": "Explained it back in her words."}, "spoken", "person"),
]


def test_four_typed_fields_hand_somebody_over(app: Flask, surgery: Surgery) -> None:
    browser = browser_as(app, surgery.referrer)
    assert "Saffron Vale Link Workers calls by" in browser.get(PAGE).main
    sent = browser.post(PAGE, data=surgery.typed, expect=303)
    (one,) = handed_over()
    assert one.state == "sent" and one.kind == "link-work" and one.organization_id == surgery.team.id
    person, referral = one.person, one.referral
    assert (person.given_name, person.family_name, person.nhs_number) == ("Quilla", "Vantongeren", NUMBER)
    assert person.contact == {"ways": ["phone"], "phone": "+447700900982"}
    assert referral.organization_id == surgery.practice.id and referral.route == "clinician"
    assert referral.priority == "routine" and referral.safety_prompt is None
    assert consents.covers(consents.active(person.id, surgery.team.id))
    assert consents.active(person.id, surgery.practice.id) is None
    shown = browser.get(sent.headers["Location"])
    promised = working_days.later(clock.today(), surgery.link_team.calls_within_days)
    assert one.shown_reference in shown.main and day(promised) in shown.main
    assert "Quilla" not in shown.html and NUMBER not in shown.html


def test_what_is_wrong_is_said_twice_and_what_was_typed_is_kept(sqlite_app: Flask, surgery: Surgery) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    for typed, sentence in WRONG:
        page = browser.post(PAGE, data={**surgery.typed, **typed}, expect=422)
        assert sentence in page.one(".error-summary").get_text() and page.main.count(sentence) > 1, sentence
        assert page.one("#name")["value"] == typed.get("name", "Quilla Vantongeren")
    assert handed_over() == [] and db.session.query(Person).count() == 0


def test_a_date_of_birth_is_read_as_people_write_it() -> None:
    written = ("27 3 1964", "27/03/1964", "27031964", "1964-03-27", "27.3.1964")
    assert {identity.read(one).born for one in written} == {date(1964, 3, 27)}
    assert identity.read("999 000 0018").nhs_number == identity.read("999-000-0018").nhs_number == NUMBER


def test_the_same_form_sent_six_times_at_once_hands_over_once(
    app: Flask, surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_know(monkeypatch, sending, "referral_of_key", 6)
    posts = [(browser_as(app, surgery.referrer), PAGE, dict(surgery.typed)) for _number in range(6)]
    assert post_all(posts) == [303] * 6
    db.session.expire_all()
    assert len(handed_over()) == 1 and db.session.query(Person).count() == 1 and db.session.query(Referral).count() == 1


def test_words_of_danger_lead_to_help_first_and_never_stop_it(sqlite_app: Flask, surgery: Surgery) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    typed = {**surgery.typed, "reason": DANGER, "needs": ["loneliness", "bereavement"], "ways": ["phone", "text"]}
    page = browser.post(PAGE, data=typed, expect=200)
    assert "Does someone need help right now?" in page.main and "116 123" in page.main
    assert handed_over() == []
    hidden = [
        (one["name"], one["value"]) for one in page.select("form[action^='/refer/link-worker'] input[type=hidden]")
    ]
    carried: dict[str, list[str]] = {}
    for name, value in hidden:
        if name != "csrf_token":
            carried.setdefault(str(name), []).append(str(value))
    back = browser.post(PAGE, data={**carried, "change": "yes"}, expect=200)
    assert back.one("#reason").get_text().strip() == DANGER and handed_over() == []
    browser.post(PAGE, data={**carried, "send": "yes"}, expect=303)
    (one,) = handed_over()
    assert one.referral.safety_prompt == {"kinds": ["mental_health"], "choice": "sent"}
    assert one.referral.needs == ["loneliness", "bereavement"] and one.person.contact["ways"] == ["phone", "text"]


def test_the_numbers_are_those_of_the_nation_that_the_team_serves(sqlite_app: Flask, surgery: Surgery) -> None:
    surgery.link_team.areas = ["W06000015"]
    db.session.commit()
    browser = browser_as(sqlite_app, surgery.referrer)
    page = browser.post(PAGE, data={**surgery.typed, "reason": DANGER}, expect=200)
    assert "0800 132 737" in page.main and "0808 164 0123" in page.main


def test_who_is_handed_over_twice_is_asked_about_first(sqlite_app: Flask, surgery: Surgery, make: Make) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    browser.post(PAGE, data=surgery.typed, expect=303)
    first = handed_over()[0]
    browser.post(PAGE, data=surgery.typed, expect=303)
    again = {**surgery.typed, "key": "t" * 32}
    page = browser.post(PAGE, data=again, expect=200)
    assert "has handed this person over already" in page.main and first.shown_reference in page.main
    assert len(handed_over()) == 1
    browser.post(PAGE, data={**again, "again": "yes"}, expect=303)
    assert len(handed_over()) == 2
    other = make.organisation("Wharf Lane Surgery")
    elsewhere = browser_as(sqlite_app, make_user("referrer", organisation=other))
    elsewhere.post(PAGE, data={**again, "key": "u" * 32, "team": str(surgery.team.id)}, expect=303)
    assert len(handed_over()) == 3, "another practice is told nothing"


def test_the_same_name_and_birth_date_is_the_same_person(sqlite_app: Flask, surgery: Surgery) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    for key, name, expect in (
        ("a", "Quilla Vantongeren", 303),
        ("b", "Q VANTONGEREN", 200),
        ("c", "Quilla Marsh", 303),
    ):
        browser.post(PAGE, data={**surgery.typed, "name": name, "who": "27 3 1964", "key": key * 32}, expect=expect)


def test_who_is_asked_by_link_is_sent_to_nobody_until_they_agree(sqlite_app: Flask, surgery: Surgery) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    asked = {"contact": "quilla@people.example.org", "ways": ["e-mail"], "agreed": "link"}
    sent = browser.post(PAGE, data={**surgery.typed, **asked}, expect=303)
    (one,) = handed_over()
    assert one.state == "awaiting-consent" and one.sent_at is None
    assert db.session.query(Consent).count() == 0
    assert "The person has been asked" in browser.get(sent.headers["Location"]).main


def test_agreements_of_every_kind(sqlite_app: Flask, surgery: Surgery) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    for number, (typed, how, given_by) in enumerate(KINDS):
        browser.post(PAGE, data={**surgery.typed, **typed, "again": "yes", "key": f"{number}" * 30}, expect=303)
        one = handed_over()[-1]
        held = db.session.get_one(Consent, one.consent_id)
        assert (held.how, held.given_by, held.basis_note) == (how, given_by, typed.get("basis_note"))
        assert held.person_id == one.person_id and held.recorded_for_id == surgery.practice.id


def test_that_the_practice_hears_the_end_is_agreed_to_apart(sqlite_app: Flask, surgery: Surgery) -> None:
    browser_as(sqlite_app, surgery.referrer).post(PAGE, data={**surgery.typed, "tells_outcome": "y"}, expect=303)
    (one,) = handed_over()
    held = consents.active(one.person_id, surgery.practice.id)
    assert held is not None and set(held.scopes) == {"demographics", "needs", "outcomes"}
    theirs = consents.active(one.person_id, surgery.team.id)
    assert theirs is not None and "outcomes" not in theirs.scopes


def test_the_clinician_never_hears_whether_the_team_knows_the_person(sqlite_app: Flask, surgery: Surgery) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    stranger = browser.post(PAGE, data=surgery.typed, expect=303).headers["Location"]
    make_person(surgery.team, worker=surgery.worker, nhs_number="9991234551", given_name="Osric", family_name="Bantree")
    known = browser.post(PAGE, data={**surgery.typed, "who": "9991234551", "key": "n" * 32}, expect=303)
    reference = handed_over()[-1].shown_reference
    texts = [browser.get(one).main for one in (stranger, known.headers["Location"])]
    assert texts[0].replace(handed_over()[0].shown_reference, "") == texts[1].replace(reference, "")
    assert len({one.person_id for one in handed_over()}) == 2 and handed_over()[-1].person.organization_id is None


def test_the_team_is_the_practices_own_or_the_only_one_or_chosen(
    sqlite_app: Flask, surgery: Surgery, make: Make
) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    other = make.organisation("Abbey Park Link Workers")
    make_team(other)
    assert not browser.get(PAGE).select("input[name=team]")
    surgery.link_team.practices = []
    db.session.commit()
    assert [one["value"] for one in browser.get(PAGE).select("input[name=team]")] == [
        str(other.id),
        str(surgery.team.id),
    ]
    assert "Choose a link worker team" in browser.post(PAGE, data=surgery.typed, expect=422).main
    browser.post(PAGE, data={**surgery.typed, "team": str(other.id)}, expect=303)
    assert handed_over()[0].organization_id == other.id
    for team in db.session.query(LinkTeam):
        team.is_active = False
    db.session.commit()
    page = browser.get(PAGE)
    assert "No link worker team takes handovers here yet" in page.main and not page.select("#name")
    browser.post(PAGE, data={**surgery.typed, "key": "m" * 32}, expect=200)
    assert len(handed_over()) == 1


def test_nothing_of_the_person_is_in_the_audit_chain(sqlite_app: Flask, surgery: Surgery) -> None:
    browser_as(sqlite_app, surgery.referrer).post(PAGE, data=surgery.typed, expect=303)
    told = " ".join(f"{one.action} {one.details}" for one in db.session.query(AuditEntry))
    assert "introduction.send" in told and "consent.given" in told
    assert not [one for one in ("Quilla", "Vantongeren", NUMBER, "900982", "Company") if one in told]


def test_somebody_of_two_practices_hands_over_for_the_one_that_they_chose(
    sqlite_app: Flask, surgery: Surgery, make: Make
) -> None:
    second = make.organisation("Wharf Lane Surgery")
    user = make_user("referrer", organisation=second, name="Nurse Ida Pell")
    user.memberships.append(Membership(role="referrer", organization_id=surgery.practice.id))
    db.session.commit()
    browser = browser_as(sqlite_app, user)
    assert "Wharf Lane Surgery" in browser.get(PAGE).main
    browser.post(f"{PAGE}?practice={second.id}", data=surgery.typed, expect=303)
    assert handed_over()[0].referral.organization_id == second.id
    browser.get(f"{PAGE}?practice={surgery.team.id}", expect=404)


@pytest.mark.parametrize("role", ["link-worker", "group-worker", "lead", "moderator", "administrator"])
def test_other_roles_hand_nobody_over(sqlite_app: Flask, surgery: Surgery, role: str) -> None:
    at = {} if role in {"moderator", "administrator"} else {"organisation": surgery.practice}
    browser = browser_as(sqlite_app, make_user(role, **at))  # type: ignore[arg-type]
    browser.get(PAGE, expect=403)
    browser.post(PAGE, data=surgery.typed, expect=403)
    assert handed_over() == []


def test_who_hands_over_begins_there_after_signing_in(sqlite_app: Flask, surgery: Surgery) -> None:
    with sqlite_app.test_request_context():
        assert arriving.home_of(surgery.referrer) == PAGE
    header = browser_as(sqlite_app, surgery.referrer).get(PAGE).one(".staff-header__parts")
    assert [one.get_text().strip() for one in header.select("a")] == ["Hand over", "Followed", "Find support"]
