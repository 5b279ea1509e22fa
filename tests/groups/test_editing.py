"""A group's pages: who may see them, what a change does, clashes, drafts, closing, history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.changes import actions, queries
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import Make
from tests.support.page import Browser

AsUser = Callable[..., Browser]


@pytest.fixture
def service(app: Flask, make: Make) -> Service:
    return make.service(
        sessions=[make.session()], phone="0116 496 0999", organisation=make.organisation("Tannery Park Allotment Group")
    )


@pytest.fixture
def editor(service: Service, make: Make) -> User:
    return make.user("editor", organisation=service.organization, trusted=True)


@pytest.fixture
def group(as_user: AsUser, editor: User) -> Browser:
    return as_user(editor)


def _address(service: Service, *rest: str) -> str:
    return "/".join([f"/group/listings/{service.id}", *rest])


def _send(browser: Browser, service: Service, fact: str, *, expect: int = 303, **fields: Any) -> Any:
    data = {"action": "save", "version": service.version} | fields
    return browser.post(_address(service, "edit", fact), data, expect=expect)


def _again(service: Service) -> Service:
    db.session.rollback()
    db.session.expire_all()
    return service


ANSWERS: dict[str, dict[str, Any]] = {
    "name": {"text": "New name"},
    "summary": {"text": "One line"},
    "description": {"text": "Soup.\nAnd bread."},
    "needs": {"needs": ["food", "loneliness"]},
    "opening": {"words": "Mornings"},
    "delivery": {"how": ["in_person", "online"]},
    "cost": {"kind": "paid", "amount": "£3.50", "words": "Carers free"},
    "who_for": {"text": "Anyone over 50"},
    "ages": {"minimum": "50", "maximum": ""},
    "audiences": {"anyone": "yes", "welcome": ["carers"], "not_for": ["children"]},
    "languages": {"spoken": ["gu", "ur"]},
    "joining": {"ways": ["self_refer"]},
    "urgent": {"urgent": "yes"},
    "how_to_join": {"text": "Ring us."},
    "first_visit": {"lines": "Mo meets you.\nTea comes first.", "bring": "yes"},
    "phone": {"number": "0116 496 0111", "about": "Warden", "hours": "Mornings"},
    "email": {"text": "tea@example.org"},
    "url": {"text": "www.example.org/tea"},
    "space": {"state": "full", "until": "5 January"},
    "alert": {"text": "We moved."},
}


@pytest.mark.parametrize("fact", list(ANSWERS))
def test_each_fact_can_be_opened_changed_and_is_sent(sqlite_app: Flask, make: Make, as_user: AsUser, fact: str) -> None:
    service = make.service(sessions=[make.session()], phone="0116 496 0999")
    group = as_user(make.user("editor", organisation=service.organization, trusted=True))
    page = group.get(_address(service, "edit", fact))
    assert page.select('button[value="save"]')
    _send(group, service, fact, **ANSWERS[fact])
    (change,) = db.session.query(ChangeRequest).all()
    assert change.state == ("waiting" if FACTS[fact].is_sensitive else "live")
    assert list(change.facts) == [fact] and FACTS[fact].shown(change.facts[fact])


@pytest.mark.parametrize("fact", list(ANSWERS))
def test_sending_a_page_as_it_is_changes_nothing(sqlite_app: Flask, make: Make, as_user: AsUser, fact: str) -> None:
    service = make.service(
        needs=("food", "loneliness"), sessions=[make.session()], opening=[make.opening()], phone="0116 496 0999",
        cost=350, languages=("gu", "de"), first_visit=["Mo meets you."], minimum_age=50, who_for="Men", email="a@example.org",
        url="https://example.org/", opening_text="Mornings", audiences=["carers"], how_to_join="Ring.", alert="Moved.",
        space_state="waiting", space_weeks=3, space_said_at=clock.now(),
    )  # fmt: skip
    group = as_user(make.user("editor", organisation=service.organization, trusted=True))
    before = FACTS[fact].read(service)
    page = group.get(_address(service, "edit", fact))
    form = page.one("main form")
    data: dict[str, Any] = {}
    for tag in form.select("input, textarea, select"):
        if tag.get("type") in {"checkbox", "radio"} and not tag.has_attr("checked"):
            continue
        value = tag.get_text() if tag.name == "textarea" else str(tag.get("value", ""))
        data.setdefault(str(tag["name"]), []).append(value)
    group.post(_address(service, "edit", fact), data | {"action": "save"}, expect=303)
    after = FACTS[fact].read(_again(service))
    if fact == "space":
        before, after = before | {"said_at": ""}, after | {"said_at": ""}
    assert after == before


def test_a_trusted_editors_time_is_live_in_three_page_loads(service: Service, group: Browser) -> None:
    home = group.get("/group")
    address = home.link(f"Change times : {service.name}")
    form = group.get(address)
    data = form.form(address) | {"s-0-day": "WE", "s-0-often": "weekly", "s-0-starts": "7.30pm", "s-0-ends": "9pm"}
    sent = group.post(address, data | {"action": "save", "ends": "no", "bank": "no"}, expect=303)
    assert "“When” is saved. Everyone can see it." in group.follow(sent).text
    assert "Every Wednesday, 7.30pm to 9pm" in group.get(f"/services/{service.id}/tuesday-table").text.replace(
        "\u00a0", " "
    )


def test_full_is_said_in_one_tap(service: Service, group: Browser) -> None:
    home = group.get("/group")
    address = _address(service, "space")
    sent = group.post(address, home.form(address) | {"state": "full"}, expect=303)
    assert "now shows “Full now”. Everyone can see it." in group.follow(sent).text
    home = group.get("/group")
    pressed = home.select('[aria-pressed="true"]')
    assert [tag["value"] for tag in pressed] == ["full"]


def test_a_new_editors_change_says_before_and_after_that_it_waits(
    service: Service, make: Make, as_user: AsUser
) -> None:
    newcomer = as_user(make.user("editor", organisation=service.organization))
    page = newcomer.get(_address(service, "edit", "description"))
    assert "because you are new here" in page.text and "Send to a moderator" in page.text
    sent = _send(newcomer, service, "description", text="Soup.")
    assert "is sent to a moderator" in newcomer.follow(sent).text
    assert _again(service).description != "Soup."
    assert "Waits for a moderator" in newcomer.get("/group").text


@pytest.mark.parametrize(
    "rest", ["edit", "edit/description", "edit/place", "edit/sessions", "history", "close", "confirm"]
)
def test_another_organisations_listing_is_not_found(service: Service, make: Make, as_user: AsUser, rest: str) -> None:
    other = as_user(make.user("lead", organisation=make.organisation("Ash Trust")))
    other.get(_address(service, rest), expect=404)
    other.post(_address(service, "space"), {"state": "full"}, expect=404)
    other.post(_address(service, "edit/description"), {"text": "Mine", "action": "save"}, expect=404)
    assert db.session.query(ChangeRequest).count() == 0


def test_strangers_and_other_roles_do_not_come_in(
    service: Service, make: Make, as_user: AsUser, browser: Browser
) -> None:
    for address in ("/group", "/group/listings", _address(service, "edit")):
        assert browser.get(address, expect=303).headers["Location"].startswith("/sign-in")
        as_user(make.user("commissioner")).get(address, expect=403)
    as_user(make.user("commissioner")).get(_address(service, "edit", "name"), expect=404)


def test_who_was_taken_off_while_typing_gets_their_words_back(service: Service, editor: User, group: Browser) -> None:
    group.get(_address(service, "edit", "description"))
    editor.memberships[0].ended_at = clock.now()
    db.session.commit()
    page = _send(group, service, "description", text="My long <b>words</b>", expect=403)
    assert "My long <b>words</b>" in page.text and "Nothing was saved" in page.text
    assert "Tea and talk" in str(_again(service).description)


def test_a_clash_keeps_own_words_and_shows_both(service: Service, editor: User, group: Browser) -> None:
    seen = service.version
    actions.propose(service, {"description": "Theirs."}, by=editor, base_version=seen, key=None)
    db.session.commit()
    page = _send(group, service, "description", text="Mine.", version=seen, expect=409)
    assert page.one("textarea").get_text().strip() == "Mine." and "Theirs." in page.one(".clash").get_text()
    assert _again(service).description == "Theirs."
    again = page.form(_address(service, "edit", "description"))
    group.post(_address(service, "edit", "description"), again | {"text": "Mine.", "action": "save"}, expect=303)
    assert _again(service).description == "Mine."


def test_the_same_form_twice_is_one_change(service: Service, group: Browser) -> None:
    for _turn in range(2):
        _send(group, service, "description", text="Once.", key="k" * 32, version=1)
    assert db.session.query(ChangeRequest).count() == 1


def test_a_preview_saves_nothing(service: Service, group: Browser) -> None:
    page = _send(group, service, "name", action="preview", text="Wednesday <i>Table</i>", expect=200)
    assert page.one(".preview .service__name").get_text() == "Wednesday <i>Table</i>"
    assert db.session.query(ChangeRequest).count() == 0 and _again(service).name == "Tuesday Table"
    back = page.form(_address(service, "edit", "name"))
    form = group.post(_address(service, "edit", "name"), back | {"action": "again"}, expect=200)
    assert form.one("#text")["value"] == "Wednesday <i>Table</i>"


def test_what_is_kept_for_later_comes_back_and_can_be_sent(service: Service, group: Browser) -> None:
    _send(group, service, "description", action="draft", text="Half a")
    _send(group, service, "how_to_join", action="draft", text="Ring")
    assert _again(service).description != "Half a"
    assert "Go on with Tuesday Table" in group.get("/group").text
    assert group.get(_address(service, "edit", "description")).one("textarea").get_text().strip() == "Half a"
    (draft,) = queries.changes_of(service.id, ("draft",))
    group.post(_address(service, "drafts", str(draft.id)), {"action": "send"}, expect=303)
    assert (_again(service).description, service.how_to_join) == ("Half a", "Ring")


def test_a_draft_that_somebody_overtook_shows_both(service: Service, editor: User, group: Browser) -> None:
    _send(group, service, "description", action="draft", text="Mine, kept.")
    (draft,) = queries.changes_of(service.id, ("draft",))
    actions.propose(service, {"description": "Theirs."}, by=editor, base_version=service.version, key=None)
    db.session.commit()
    sent = group.post(_address(service, "drafts", str(draft.id)), {"action": "send"}, expect=303)
    page = group.follow(sent)
    assert "Theirs." in page.one(".clash").get_text() and page.one("textarea").get_text().strip() == "Mine, kept."
    assert _again(service).description == "Theirs."


def test_space_that_a_colleague_said_meanwhile_is_not_overwritten(
    service: Service, editor: User, group: Browser
) -> None:
    seen = service.version
    actions.propose(service, {"space": {"state": "full"}}, by=editor, base_version=seen, key=None)
    db.session.commit()
    sent = group.post(_address(service, "space"), {"state": "space", "version": seen}, expect=303)
    assert "Someone else said something about space" in group.follow(sent).text
    assert _again(service).space_state == "full"


def test_a_copy_is_a_draft_of_a_new_listing(service: Service, group: Browser) -> None:
    for _turn in range(2):
        sent = group.post(_address(service, "copy"), {"key": "k" * 32}, expect=303)
    (draft,) = db.session.query(ChangeRequest).all()
    assert (draft.kind, draft.state, draft.facts["name"]) == ("new", "draft", service.name)
    assert draft.facts["place"][0]["id"] != FACTS["place"].read(service)[0]["id"]
    assert draft.facts["sessions"][0]["at"] == draft.facts["place"][0]["id"]
    assert group.follow(sent).status == 200 and "Go on with Tuesday Table" in group.get("/group").text


def test_a_draft_can_be_thrown_away_by_its_author_alone(
    service: Service, group: Browser, make: Make, as_user: AsUser
) -> None:
    _send(group, service, "description", action="draft", text="Half a")
    (draft,) = queries.changes_of(service.id, ("draft",))
    colleague = as_user(make.user("editor", organisation=service.organization, trusted=True))
    assert colleague.get(_address(service, "edit", "description")).one("textarea").get_text().strip() != "Half a"
    colleague.post(_address(service, "drafts", str(draft.id)), {"action": "discard"}, expect=404)
    group.post(_address(service, "drafts", str(draft.id)), {"action": "discard"}, expect=303)
    assert queries.changes_of(service.id) == []


def test_what_a_moderator_sent_back_can_be_mended_and_sent(service: Service, make: Make, as_user: AsUser) -> None:
    newcomer = make.user("editor", organisation=service.organization)
    browser = as_user(newcomer)
    _send(browser, service, "description", text="Short.")
    (change,) = queries.changes_of(service.id)
    actions.send_back(change, make.user("moderator"), words="Say what happens <b>first</b>.")
    db.session.commit()
    assert "Sent back to you" in browser.get("/group").text
    page = browser.get(_address(service, "edit", "description"))
    assert "Say what happens <b>first</b>." in page.text and page.one("textarea").get_text().strip() == "Short."
    _send(browser, service, "description", text="First there is tea.")
    assert [one.state for one in db.session.query(ChangeRequest)] == ["waiting"]


def test_closing_leaves_the_address_with_others_like_it_and_can_be_undone(
    service: Service, group: Browser, make: Make
) -> None:
    for number in range(4):
        make.service(f"Like it {number}")
    group.post(_address(service, "close"), {}, expect=422)
    group.post(_address(service, "close"), {"how": "pause"}, expect=303)
    page = group.get(f"/services/{service.id}/tuesday-table", expect=410)
    assert len({tag["href"] for tag in page.select("main a[href^='/services/']")}) >= 3
    group.post(_address(service, "open"), {}, expect=303)
    group.get(f"/services/{service.id}/tuesday-table")
    group.post(_address(service, "close"), {"how": "close"}, expect=303)
    assert _again(service).status == "inactive"


def test_history_compares_and_puts_back(service: Service, group: Browser) -> None:
    _send(group, service, "description", text="Soup and talk.")
    page = group.get(_address(service, "history"))
    assert "Sam Okafor" in page.text and page.words("del") and page.words("ins")
    before = group.get(_address(service, "history", "1"))
    assert "Put this back" in before.text
    group.post(_address(service, "history", "1"), {"key": "k" * 32}, expect=303)
    assert "Somebody meets you" in str(_again(service).description) and service.version == 3
    group.get(_address(service, "history", "99"), expect=404)


def test_confirming_takes_one_button(service: Service, group: Browser) -> None:
    service.assured_date = clock.today().replace(year=clock.today().year - 1)
    db.session.commit()
    assert "Confirm Tuesday Table is still right" in group.get("/group").text
    assert "Yes, this is all right" in group.get(_address(service, "confirm")).text
    group.post(_address(service, "confirm"), {}, expect=303)
    assert _again(service).assured_date == clock.today()


def test_each_of_several_organisations_has_its_page(
    service: Service, editor: User, make: Make, as_user: AsUser
) -> None:
    from portal.accounts.models import Membership

    other = make.organisation("Ash Trust")
    editor.memberships.append(Membership(role="editor", organization_id=other.id))
    db.session.commit()
    browser = as_user(editor)
    assert "Ash Trust" in browser.get("/group").words(".views a")
    assert browser.get(f"/group?organisation={other.id}").words("h1") == ["Ash Trust"]
    browser.get(f"/group?organisation={make.organisation('Elm').id}", expect=404)


@pytest.mark.parametrize(
    ("fact", "typed", "sentence"),
    [
        ("needs", {"needs": ["food", "gold"]}, "Choose from the answers"),
        ("cost", {"kind": "barter"}, "Choose one of the answers"),
        ("cost", {"kind": ""}, "Choose one"),
        ("audiences", {"anyone": "perhaps"}, "Choose one of the answers"),
        ("space", {"state": ""}, "Choose one"),
        ("name", {"text": "x" * 251}, "Use 250 characters or fewer"),
    ],
)
def test_what_no_page_offered_is_refused_in_our_words(
    service: Service, group: Browser, fact: str, typed: dict[str, Any], sentence: str
) -> None:
    before = FACTS[fact].read(service)
    page = _send(group, service, fact, expect=422, **typed)
    assert page.words(".error-summary li") == [sentence]
    assert FACTS[fact].read(_again(service)) == before and not db.session.query(ChangeRequest).count()


@pytest.mark.parametrize("typed", ["", "everybody"])
def test_what_the_public_may_see_of_a_place_is_one_of_the_answers(service: Service, group: Browser, typed: str) -> None:
    place, address = FACTS["place"].read(service)[0], _address(service, "edit", "place")
    boxes = group.get(address).select("main form input[name]")
    ticked = [one for one in boxes if one.get("type") not in {"radio", "checkbox"} or one.has_attr("checked")]
    sent = {str(one["name"]): str(one.get("value", "")) for one in ticked}
    wrong = group.post(address, sent | {"privacy": typed, "action": "save"}, expect=422)
    assert wrong.words(".error-summary li") == ["Choose one of the answers" if typed else "Choose one"]
    assert FACTS["place"].read(_again(service))[0] == place


def test_only_declared_fields_are_read(service: Service, group: Browser) -> None:
    _send(
        group, service, "description", text="Soup.", withdrawn_at="2020-01-01", organization_id="x", status="inactive"
    )
    assert (_again(service).withdrawn_at, service.status, service.description) == (None, "active", "Soup.")


def test_a_home_with_many_listings_asks_few_questions(
    service: Service, group: Browser, make: Make, count_statements: Any
) -> None:
    with count_statements() as few:
        group.get("/group")
    for number in range(8):
        make.service(f"Group {number}", organisation=service.organization)
    with count_statements() as many:
        group.get("/group")
    assert len(many) <= len(few) + 2


def test_many_listings_are_confirmed_on_one_page(service: Service, group: Browser, make: Make, monday: None) -> None:
    old = clock.today() - timedelta(days=300)
    service.assured_date = old
    for number in range(3):
        make.service(f"Group {number}", organisation=service.organization, assured_date=old)
    home = group.get("/group")
    assert "Confirm 4 listings are still right" in home.main and "Say if 4 listings have space" in home.main
    address = home.link("Confirm 4 listings are still right")
    form = group.get(address).form("/group/confirm")
    assert (
        "Tick what is still right"
        in group.post("/group/confirm", {"organisation": form["organisation"]}, expect=422).main
    )
    other = make.service("Not yours", organisation=make.organisation("Elsewhere"), assured_date=old)
    sent = {"organisation": form["organisation"], "listing": [str(service.id), str(other.id)]}
    assert "1 listing now shows" in group.follow(group.post("/group/confirm", sent, expect=303)).main
    assert db.session.get_one(Service, service.id).assured_date == clock.today()
    assert db.session.get_one(Service, other.id).assured_date == old
