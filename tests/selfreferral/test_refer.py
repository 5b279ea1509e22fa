"""Asking a service for oneself or for somebody: the pages, what is kept, what the group gets, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.people.models import Person
from portal.referrals.models import Introduction, KeptAnswers, Referral, SpaceWish
from portal.referrals.showing import told_to_group
from portal.responding.facts import facts_of
from portal.selfreferral import actions
from tests.factories import Make
from tests.selfreferral import walking
from tests.support.at_once import post_all
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.referrals import World, setting

STORY = "Since my wife died I sit by the window. 🌧️ " * 400
"""About 3,000 words."""


def _all(model: type[Any]) -> list[Any]:
    db.session.rollback()
    return db.session.query(model).all()


@pytest.fixture
def start(service: Service) -> str:
    return f"/refer/{service.id}"


def _full(service: Service, state: str = "full") -> None:
    service.space_state, service.space_said_at = state, clock.now()
    db.session.commit()


def test_six_pages_and_a_check_send_one_referral_under_an_agreement(
    app: Flask, browser: Browser, service: Service, start: str
) -> None:
    assert "not for emergencies or to report abuse" in browser.get(start).main
    check = walking.walk(browser, start, walking.REFER)
    assert check.words("h1") == ["Check before you send"]
    assert "LE2 0QB" in check.main and "Gujarati" in check.main and "Not provided" in check.main
    assert _all(Introduction) == []
    sent = walking.send(browser, start, check)
    reference, code = walking.code_of(sent)
    assert len(code) == 6 and "What happens next" in sent.main
    (one,) = _all(Introduction)
    assert (one.state, one.organization_id, one.referral.route) == ("sent", service.organization_id, "self")
    assert one.referral.shown_reference == reference
    person = one.person
    assert (person.name, person.organization_id, person.postcode) == ("Quilla Vantongeren", None, "LE2 0QB")
    assert person.contact["voicemail"] is False and person.contact["phone"] == "+447700900982"
    assert person.access == {"language": "gu", "interpreter": True, "formats": ["large-print"]}
    assert [(agreed.status, agreed.how) for agreed in person.consents] == [("active", "online")]


def test_answers_are_unreadable_in_the_database_and_gone_once_they_were_sent(
    sqlite_app: Flask, browser: Browser, start: str
) -> None:
    browser.post(f"{start}/who", walking.REFER["who"], expect=303)
    browser.post(f"{start}/person", walking.REFER["person"], expect=303)
    raw = db.session.execute(db.text("select answers from kept_answers")).scalar_one()
    assert "Quilla" not in raw
    walking.send(browser, start, walking.walk(browser, start, walking.REFER))
    (kept,) = _all(KeptAnswers)
    assert kept.answers == {"told": {}, "sent": kept.answers["sent"]} and "Quilla" not in str(kept.answers)


def test_a_page_cannot_be_skipped_and_change_leads_back_to_the_check(
    sqlite_app: Flask, browser: Browser, start: str
) -> None:
    assert browser.get(f"{start}/help", expect=303).headers["Location"] == start
    browser.post(f"{start}/who", walking.REFER["who"], expect=303)
    assert browser.get(f"{start}/check", expect=303).headers["Location"] == f"{start}/person"
    check = walking.walk(browser, start, walking.REFER)
    page = browser.get(check.select(".summary-list__change a")[1]["href"])  # type: ignore[arg-type]
    assert page.one("[name=given_name]")["value"] == "Quilla"
    changed = walking.REFER["person"] | {"given_name": "Ingram"}
    assert "Ingram" in browser.follow(browser.post(f"{start}/person", changed, expect=303)).main


WRONG: dict[str, list[tuple[dict[str, Any], str]]] = {
    "who": [({"who": ""}, "Select who this is for"), ({"who": "them"}, "Choose one of the answers")],
    "person": [
        ({"given_name": ""}, "Enter a name"),
        ({"postcode": "LE2"}, "Enter a full UK postcode"),
        ({"postcode": ""}, "Enter a full UK postcode"),
        ({"age_group": ""}, "Select an age group"),
        ({"age_group": "lots"}, "Choose one of the answers"),
    ],
    "help": [({"words": " "}, "Tell us in a sentence what would help")],
    "contact": [
        ({"ways": []}, "Tick at least one way"),
        ({"phone": "0770"}, "Enter a phone number, like 07700 900 982"),
        ({"ways": ["text"], "phone": "0116 496 0145"}, "Enter a UK mobile phone number"),
        ({"email": "quilla at home"}, "Enter an e-mail address"),
        ({"ways": ["letter"], "address": ""}, "Enter the address that letters are sent to"),
        ({"voicemail": ""}, "Select yes if it is safe to text or leave a message"),
        ({"ways": ["text"], "voicemail": "no"}, "You ticked text above. Untick it there, or select yes here"),
    ],
    "agreement": [({"agreed": ""}, "Select yes or no"), ({"agreed": "perhaps"}, "Choose one of the answers")],
}


def test_what_cannot_be_taken_is_said_and_stays(sqlite_app: Flask, browser: Browser, start: str) -> None:
    for name, right in walking.REFER.items():
        for typed, sentence in WRONG.get(name, []):
            page = browser.post(f"{start}/{name}", right | typed, expect=422)
            assert sentence in page.words(".error-summary")[0]
            for field in page.select(".asking input[type=text], .asking input[type=email], .asking input[type=tel]"):
                kept = (right | typed).get(str(field["name"]), "")
                assert str(field["value"]).replace(" ", "").casefold() == kept.replace(" ", "").casefold()
        browser.post(f"{start}/{name}", right, expect=303)


def test_a_story_of_three_thousand_words_is_told_its_length_and_kept(
    sqlite_app: Flask, browser: Browser, start: str
) -> None:
    walking.walk(browser, start, {one: walking.REFER[one] for one in ("who", "person")})
    page = browser.post(f"{start}/help", {"words": STORY}, expect=422)
    assert f"You have written {len(STORY.strip())} characters. Use 500 or fewer" in page.main
    assert page.one("textarea[name=words]").get_text().strip() == STORY.strip()


@pytest.mark.parametrize(
    ("year", "sentence"), [("1850", "more than 130 years ago"), ("2090", "in the future"), ("64", "all 4 digits")]
)
def test_a_birth_date_is_asked_for_where_the_service_says_why_and_must_be_one(
    sqlite_app: Flask, browser: Browser, service: Service, start: str, year: str, sentence: str
) -> None:
    setting(service, asks_birth_date="We may only take people over 60.")
    browser.post(f"{start}/who", walking.REFER["who"], expect=303)
    page = browser.get(f"{start}/person")
    assert "We may only take people over 60." in page.main and not page.select("[name=age_group]")
    born = {"birth_date-day": "27", "birth_date-month": "3", "birth_date-year": year}
    page = browser.post(f"{start}/person", walking.REFER["person"] | born, expect=422)
    assert sentence in page.words(".error-summary")[0]
    assert page.one("[name=birth_date-year]")["value"] == year


def test_words_of_danger_lead_to_help_first_and_never_stop_the_form(
    sqlite_app: Flask, browser: Browser, start: str
) -> None:
    walking.walk(browser, start, {one: walking.REFER[one] for one in ("who", "person")})
    sent = browser.post(f"{start}/help", {"words": "Some days I want to end my life"}, expect=303)
    page = browser.follow(sent)
    assert page.words("h1") == ["Does someone need help right now?"] and "111" in page.main
    assert page.one("title").get_text().startswith("Support near you")
    assert page.link("Change my answers") == f"{start}/help"
    page = browser.follow(browser.post(f"{start}/help-first", {"send": "yes"}, expect=303))
    assert page.words("h1") == ["Getting in touch safely"]
    rest = {one: walking.REFER[one] for one in ("contact", "safety", "agreement")}
    check = walking.walk(browser, start, rest)
    walking.send(browser, start, check)
    (referral,) = _all(Referral)
    assert referral.safety_prompt == {"kinds": ["mental_health"], "choice": "sent"}


def test_danger_is_seen_in_the_language_of_the_page_and_where_nothing_had_to_be_written(
    sqlite_app: Flask, browser: Browser, start: str
) -> None:
    welsh = f"/cy{start}"
    walking.walk(browser, welsh, {one: walking.REFER[one] for one in ("who", "person", "help", "contact")})
    sent = browser.post(f"{welsh}/safety", {"safety_note": "Mae hi'n cael trawiad ar y galon"}, expect=303)
    assert sent.headers["Location"] == f"{welsh}/help-first"
    assert "999" in browser.follow(sent).main


@pytest.mark.parametrize("said", ["Chcę się zabić", "sumdays i jus wana kil myslef", "હું મરવા માંગુ છું"])
@pytest.mark.parametrize("field", ["words", "own_1"])
def test_danger_is_seen_in_other_languages_than_that_of_the_page_and_in_answers_to_a_groups_own_questions(
    sqlite_app: Flask, browser: Browser, service: Service, start: str, field: str, said: str
) -> None:
    setting(service, questions=["Can you climb stairs?"])
    edinburgh = {"person": {"postcode": "EH1 1YZ"}}
    walking.walk(browser, start, {one: walking.REFER[one] for one in ("who", "person")}, **edinburgh)
    sent = browser.post(f"{start}/help", {"words": "Company.", "own_1": "Yes", field: said}, expect=303)
    assert sent.headers["Location"] == f"{start}/help-first"
    assert "0800 83 85 87" in browser.follow(sent).main, "by the nation of the postcode that was typed"
    assert said in browser.get(f"{start}/help").html, "nothing typed is lost"


def test_without_agreement_nothing_is_sent_and_nothing_is_kept(sqlite_app: Flask, browser: Browser, start: str) -> None:
    page = walking.walk(browser, start, walking.REFER, agreement={"agreed": "no"})
    assert page.words("h1") == ["Nothing was sent"] and "0116 496 0123" in page.main
    assert _all(KeptAnswers) == [] and _all(Introduction) == []


def test_six_that_press_at_once_send_one(app: Flask, browser: Browser, start: str, loop: World) -> None:
    check = walking.walk(browser, start, walking.REFER)
    told = check.form(f"{start}/send")
    cookie = browser.client.get_cookie("answers")
    assert cookie is not None
    several = [Browser(app) for _ in range(6)]
    for one in several:
        one.client.set_cookie("answers", cookie.value)
    assert post_all([(one, f"{start}/send", told) for one in several]) == [303] * 6
    assert len(_all(Introduction)) == 1 and len(_all(Person)) == 2
    assert len(walking.code_of(browser.get(f"{start}/sent"))[1]) == 6


def test_a_service_that_fills_up_between_two_pages_says_so_and_offers_to_tell(
    sqlite_app: Flask, browser: Browser, service: Service, start: str, make: Make
) -> None:
    for number in range(4):
        make.service(f"Walk and Natter {number}", joining=["self_refer"])
    check = walking.walk(browser, start, walking.REFER)
    told = check.form(f"{start}/send")
    _full(service)
    page = browser.follow(browser.post(f"{start}/send", told, expect=303))
    assert "This group has no space now" in page.main
    assert len(page.select(".near-match")) == 3 and "0116 496 0123" in page.main
    assert _all(Introduction) == []
    browser.post(f"{start}/tell-me", {"email": "quilla at home"}, expect=422)
    wished = browser.follow(browser.post(f"{start}/tell-me", {"email": "quilla@people.example.org"}, expect=303))
    assert "We will write to you once when there is space" in wished.main
    (wish,) = _all(SpaceWish)
    assert (wish.service_id, wish.email) == (service.id, "quilla@people.example.org")
    service.space_state = "space"
    db.session.commit()
    assert browser.get(f"{start}/check").words("h1") == ["Check before you send"]


def test_a_service_that_takes_no_referrals_offers_no_wish(
    sqlite_app: Flask, browser: Browser, service: Service, start: str
) -> None:
    setting(service, is_open=False)
    page = browser.get(start)
    assert "This group takes no referrals here" in page.main and not page.select("[name=email]")
    assert browser.get(f"{start}/who", expect=303).headers["Location"] == start


def test_a_closed_service_is_told_of_on_its_own_page(
    sqlite_app: Flask, browser: Browser, service: Service, start: str
) -> None:
    service.status = "defunct"
    db.session.commit()
    assert f"/services/{service.id}" in browser.get(start, expect=303).headers["Location"]
    browser.get("/refer/00000000-0000-0000-0000-000000000000", expect=404)


def test_who_would_rather_not_wait_is_offered_others(
    sqlite_app: Flask, browser: Browser, service: Service, start: str
) -> None:
    service.space_weeks = 3
    _full(service, "waiting")
    assert "Wait about 3 weeks" in browser.get(f"{start}/who").main
    page = browser.follow(browser.post(f"{start}/who", {"who": "me", "wait": "no"}, expect=303))
    assert "You would rather not wait" in page.main
    walking.send(browser, start, walking.walk(browser, start, walking.REFER, who={"wait": "yes"}))
    assert _all(Introduction)[0].happy_to_wait is True


def test_from_one_address_no_more_forms_are_begun_than_a_surgery_would(
    sqlite_app: Flask, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_BEGUN_AN_HOUR", 2)
    for expect in (303, 303, 429):
        Browser(sqlite_app).post(f"{start}/who", walking.REFER["who"], expect=expect)
    assert db.session.query(KeptAnswers).count() == 2


def test_a_forged_cookie_opens_nobodys_answers(sqlite_app: Flask, browser: Browser, start: str) -> None:
    walking.walk(browser, start, {one: walking.REFER[one] for one in ("who", "person")})
    other = Browser(sqlite_app)
    other.client.set_cookie("answers", "WyJmb3JnZWQiXQ.forged.forged")
    assert other.get(f"{start}/person", expect=303).headers["Location"] == start


def test_what_is_written_after_a_day_is_kept_though_the_rest_has_gone(
    sqlite_app: Flask, browser: Browser, start: str
) -> None:
    with clock.freeze(clock.now() - timedelta(days=1, minutes=1)):
        walking.walk(browser, start, {one: walking.REFER[one] for one in ("who", "person")})
    page = browser.follow(browser.post(f"{start}/help", walking.REFER["help"], expect=303))
    assert "We keep answers for one day" in page.main and page.words("h1") == ["Who is this for?"]
    for name in ("who", "person"):
        page = browser.follow(browser.post(f"{start}/{name}", walking.REFER[name], expect=303))
    assert page.words("h1") == ["Getting in touch safely"]
    assert walking.WORDS in browser.get(f"{start}/help").main


def test_somebody_under_16_needs_a_parent(sqlite_app: Flask, browser: Browser, start: str) -> None:
    young = {"age_group": "under-16"}
    pages = {one: walking.REFER[one] for one in list(walking.REFER)[:-1]}
    page = walking.walk(browser, start, pages, person=young)
    assert [one["value"] for one in page.select("[name=agreed]")] == ["parent", "no"]
    browser.post(f"{start}/agreement", {"agreed": "yes"}, expect=422)
    check = browser.follow(browser.post(f"{start}/agreement", {"agreed": "parent"}, expect=303))
    walking.send(browser, start, check)
    (one,) = _all(Introduction)
    assert [agreed.given_by for agreed in one.person.consents] == ["parent"]


def test_for_somebody_else_the_person_agrees_and_is_reached_through_them(
    sqlite_app: Flask, browser: Browser, start: str
) -> None:
    carer = {"ways": ["through-me"], "phone": "", "email": "", "my_name": "Osric Vale", "my_phone": "07700 900 111"}
    check = walking.walk(
        browser, start, walking.REFER, who={"who": "carer"}, contact=carer, agreement={"agreed": "spoken"}
    )
    assert "Osric Vale" in check.main
    walking.send(browser, start, check)
    (one,) = _all(Introduction)
    assert one.referral.route == "for-somebody"
    assert one.person.details["related"][0] == {
        "name": "Osric Vale", "relationship": "carer", "phone": "+447700900111", "may_speak": True,
    }  # fmt: skip
    assert [agreed.how for agreed in one.person.consents] == ["spoken"]


def test_letters_alone_are_a_way(sqlite_app: Flask, browser: Browser, start: str) -> None:
    letters = {"ways": ["letter"], "phone": "", "email": "", "address": "12 Larkfield Walk\nLeicester"}
    check = walking.walk(browser, start, walking.REFER, contact=letters)
    walking.send(browser, start, check)
    assert _all(Introduction)[0].person.contact["address"] == "12 Larkfield Walk\nLeicester"


def test_who_asks_for_another_after_all_agrees_anew(sqlite_app: Flask, browser: Browser, start: str) -> None:
    walking.walk(browser, start, walking.REFER)
    page = browser.follow(browser.post(f"{start}/who", {"who": "work"}, expect=303))
    assert page.words("h1") == ["Getting in touch safely"] and page.select("[name=my_name]")


def test_a_service_may_ask_two_questions_of_its_own(
    sqlite_app: Flask, browser: Browser, service: Service, start: str
) -> None:
    setting(service, questions=["Will you need a lift home?", "Do you like dogs?", "A third one?"])
    check = walking.walk(browser, start, walking.REFER, help={"own_1": "No", "own_2": ""})
    assert "Will you need a lift home?" in check.main and "A third one?" not in check.main
    walking.send(browser, start, check)
    assert _all(Introduction)[0].own_answers == [{"question": "Will you need a lift home?", "answer": "No"}]


def test_a_second_referral_gets_the_same_answer_and_tells_the_group_alone(
    app: Flask, browser: Browser, start: str
) -> None:
    first = walking.send(browser, start, walking.walk(browser, start, walking.REFER))
    assert "You have just sent a referral to this group" in browser.get(start).main
    stranger = Browser(app)
    again = walking.send(stranger, start, walking.walk(stranger, start, walking.REFER))
    for told in walking.code_of(first):
        again.html = again.html.replace(told, "")
    assert again.words("h1") == first.words("h1") and "already" not in again.main
    earlier, later = sorted(_all(Introduction), key=lambda one: one.created_at)
    assert later.referral.told["may_repeat"] == [earlier.shown_reference]
    assert "may_repeat" not in earlier.referral.told
    facts = {fact.label: fact.lines for fact in facts_of(later, told_to_group(later, is_signed_in=True))}
    assert facts["This may be a second referral of"] == (earlier.shown_reference,)
    assert told_to_group(later, is_signed_in=False)["may_repeat"] is None


def test_the_person_gets_the_code_in_the_way_that_is_safe_and_no_name_leaves(
    sqlite_app: Flask, browser: Browser, start: str, mailbox: Mailbox
) -> None:
    sent = walking.send(browser, start, walking.walk(browser, start, walking.REFER))
    (mail,) = mailbox.to("quilla.v@people.example.org")
    assert walking.code_of(sent)[1] in mail.text
    assert not any("Vantongeren" in f"{one.subject} {one.text}" for one in mailbox.all)


def test_a_sensitive_need_is_not_told_by_the_tab(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    quiet = make.service("Safe Harbour", needs=["abuse"], joining=["self_refer"])
    for address in (f"/refer/{quiet.id}", f"/refer/{quiet.id}/who"):
        page = browser.get(address)
        assert page.one("title").get_text().startswith("Support near you") and "Exit this page" in page.main


def test_only_for_professionals(sqlite_app: Flask, browser: Browser, make: Make) -> None:
    shut = make.service("Through others", joining=["professional_only"])
    page = browser.get(f"/refer/{shut.id}")
    assert "asks for a referral by somebody who works with you" in page.main
    assert page.link("Ask a link worker to help you find something") == "/ask-a-link-worker"


def test_a_clinician_is_told_of_the_handover(sqlite_app: Flask, as_user: Any, make: Make, start: str) -> None:
    clinician = as_user(make.user("referrer", organisation=make.organisation("Mill Lane Surgery")))
    assert clinician.get(start).link("Hand over to a link worker") == "/refer/link-worker"


def test_a_link_worker_is_led_to_their_own_way(sqlite_app: Flask, as_user: Any, loop: World, start: str) -> None:
    there = as_user(loop.worker).get(start, expect=303).headers["Location"]
    assert there.startswith("/caseload") or "choose" in there


def test_a_page_takes_few_statements(sqlite_app: Flask, browser: Browser, start: str, count_statements: Any) -> None:
    walking.walk(browser, start, walking.REFER)
    for name, most in (("who", 9), ("help", 9), ("check", 9)):
        with count_statements() as seen:
            browser.get(f"{start}/{name}")
        assert len(seen) <= most, seen


@pytest.mark.parametrize("language", ["cy", "ur"])
def test_in_other_languages_the_way_stays_in_them(
    sqlite_app: Flask, browser: Browser, start: str, language: str
) -> None:
    page = walking.walk(browser, f"/{language}{start}", walking.REFER)
    assert page.one("html")["lang"] == language
    walking.send(browser, f"/{language}{start}", page)
    assert _all(Referral)[0].locale == language
