"""A stranger finds their group, confirms their address, shows to be of it, and looks after it. No second copy is born."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.accounts.queries import user_by_email
from portal.changes import actions as changes
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.groups import claims
from portal.groups.models import ProofCode
from portal.moderation import actions as moderation
from portal.moderation import queries as queues
from portal.notifications.models import OutboxMessage
from portal.organisations.models import Organization, OrganizationIdentifier
from tests.factories import Make
from tests.support.page import Browser, Page

Send = Callable[[], None]
AsUser = Callable[..., Browser]
OWN = "sam@people.example.org"
PASSWORD = "seven quiet otters swim"


def _mails(name: str) -> list[OutboxMessage]:
    return db.session.query(OutboxMessage).filter_by(name=name).order_by(OutboxMessage.created_at).all()


def _told(name: str) -> str:
    """The fields of the last message of this name."""
    return str(_mails(name)[-1].fields)


def _token() -> str:
    found = re.search(r'"token": "([^"]+)"', _told("join-link"))
    assert found
    return found[1]


def _code() -> str:
    found = re.search(r'"code": "([\d ]+)"', _told("proof-code"))
    assert found
    return found[1]


def _ask(browser: Browser, address: str, email: str = OWN, **more: str) -> Page:
    shown = browser.get(address)
    path = address.partition("?")[0]
    return browser.post(path, shown.form(path) | {"email": email} | more, expect=303)


def _confirm(browser: Browser, expect: int = 303, **typed: str) -> Page:
    address = f"/group/join/link/{_token()}"
    shown = browser.get(address)
    return browser.post(
        address, shown.form(address) | {"name": "Sam Okafor", "password": PASSWORD} | typed, expect=expect
    )


def _claim_of(email: str = OWN) -> ChangeRequest:
    user = user_by_email(email)
    assert user is not None
    return db.session.query(ChangeRequest).filter_by(kind="claim", by_user_id=user.id).one()


def test_a_number_or_a_name_is_looked_for_before_anything_is_added(browser: Browser, app: Flask, make: Make) -> None:
    organisation = make.organisation("Larkfield Circle")
    organisation.identifiers.append(
        OrganizationIdentifier(identifier_scheme="GB-CHC", identifier_type="charity", identifier="9900001")
    )
    make.service("Tuesday Table", organisation=organisation)
    make.register_entry("9900001", "THE LARKFIELD CIRCLE")
    make.register_entry("9900002", "LARKFIELD CIRCLE SINGERS", postcode="LE2 0QB", is_removed=True)
    by_number = browser.get("/group/join?number=9900001")
    assert by_number.words("h1") == ["Is this you?"]
    assert by_number.words(".join-matches h2") == ["Larkfield Circle"]
    assert "Here with: Tuesday Table" in by_number.main and "Leicester" in by_number.main
    by_name = browser.get("/group/join?name=the+larkfield+circle&postcode=le20qb")
    assert by_name.words(".join-matches h2") == ["Larkfield Circle", "Larkfield Circle Singers"]
    assert "The register says that it was removed." in by_name.main
    by_listing = browser.get("/group/join?name=Tuesday+Table&postcode=")
    assert by_listing.words(".join-matches h2") == ["Larkfield Circle"]
    nothing = browser.get("/group/join?name=Saffron+Brook&postcode=")
    assert nothing.words("h1") == ["We do not know your group yet"]


def test_what_was_typed_wrongly_is_said_beside_the_field(browser: Browser, sqlite_app: Flask) -> None:
    assert "Enter a number, or the name of your group" in browser.get("/group/join?name=", expect=422).main
    shown = browser.get("/group/join?name=Larkfield&postcode=nowhere", expect=422)
    assert "Enter a full UK postcode" in shown.main and shown.one("#name")["value"] == "Larkfield"
    assert browser.get("/").link("Add or claim your group") == "/group/join"


def test_a_claim_is_proved_by_a_code_to_the_address_on_record(browser: Browser, app: Flask, make: Make) -> None:
    service = make.service("Tuesday Table", email="hello@larkfield.example.org")
    organisation = service.organization_id
    sent = _ask(browser, f"/group/join/ask/{organisation}")
    assert browser.follow(sent).words("h1") == ["Look into your mail"]
    _confirm(browser)
    claim = _claim_of()
    page = browser.get(f"/group/join/claims/{claim.id}")
    assert "h…@larkfield.example.org" in page.main and "hello@" not in page.html
    browser.post(f"/group/join/claims/{claim.id}/code", {"to": "0"}, expect=303)
    assert _mails("proof-code")[-1].recipient == "hello@larkfield.example.org"
    wrong = browser.post(f"/group/join/claims/{claim.id}/prove", {"code": "1"}, expect=422)
    assert "This code is not right" in wrong.main
    user = user_by_email(OWN)
    assert user is not None and not user.can(Permission.LISTING_EDIT, organisation_id=organisation)
    browser.post(f"/group/join/claims/{claim.id}/prove", {"code": _code()}, expect=303)
    db.session.expire_all()
    user = user_by_email(OWN)
    assert user is not None and {one.role for one in user.held} == {"lead", "editor"}
    assert _claim_of().state == "live"
    again = browser.get(f"/group/join/claims/{claim.id}", expect=303)
    assert again.headers["Location"].endswith("/account/second-factor"), "a lead needs a second factor before anything"


def test_a_code_can_be_guessed_five_times_an_hour(
    browser: Browser, sqlite_app: Flask, make: Make, as_user: AsUser
) -> None:
    service = make.service(email="hello@larkfield.example.org")
    mine = as_user(make.user())
    mine.post(f"/group/join/ask/{service.organization_id}", expect=303)
    claim = db.session.query(ChangeRequest).one()
    mine.post(f"/group/join/claims/{claim.id}/code", {"to": "0"}, expect=303)
    for _ in range(5):
        mine.post(f"/group/join/claims/{claim.id}/prove", {"code": "00000000"}, expect=422)
    mine.post(f"/group/join/claims/{claim.id}/prove", {"code": _code()}, expect=429)
    mine.post(f"/group/join/claims/{claim.id}/code", {"to": "0"}, expect=303)
    assert db.session.query(ProofCode).filter_by(used_at=None).count() == 1, "an earlier code is of no use any more"


def _claimant(as_user: AsUser, make: Make, organisation: Organization, email: str) -> tuple[Browser, str]:
    """Somebody who has asked to look after an organisation; gives their browser and the path of their claim."""
    asking, ask = as_user(make.user(email=email)), f"/group/join/ask/{organisation.id}"
    return asking, asking.post(ask, asking.get(ask).form(ask), expect=303).headers["Location"]


def test_a_stranger_cannot_use_up_the_codes_of_a_group(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.service(email="hello@larkfield.example.org").organization
    stranger, theirs = _claimant(as_user, make, organisation, "stranger@people.example.org")
    for _ in range(5):
        stranger.post(f"{theirs}/code", {"to": "0"}, expect=303)
    enough = stranger.post(f"{theirs}/code", {"to": "0"}, expect=429)
    assert "let a moderator check" in enough.main and enough.select(".error-summary a[href='#note']")
    assert len(_mails("proof-code")) == 5
    lead, own = _claimant(as_user, make, organisation, OWN)
    lead.post(f"{own}/code", {"to": "0"}, expect=303)
    lead.post(f"{own}/prove", {"code": _code()}, expect=303)
    user = user_by_email(OWN)
    assert user is not None and {one.role for one in user.held} == {"lead", "editor"}


def test_several_strangers_can_neither_flood_a_group_nor_shut_its_lead_out(
    app: Flask, make: Make, as_user: AsUser
) -> None:
    organisation = make.service(email="hello@larkfield.example.org").organization
    for number, asks in enumerate((5, 5, 2)):
        stranger, theirs = _claimant(as_user, make, organisation, f"stranger-{number}@people.example.org")
        for _ in range(asks):
            stranger.post(f"{theirs}/code", {"to": "0"}, expect=303)
    lead, own = _claimant(as_user, make, organisation, OWN)
    told = lead.follow(lead.post(f"{own}/code", {"to": "0"}, expect=303))
    assert "A moderator looks at your request instead" in told.text and "within 2 working days" in told.main
    assert len(_mails("proof-code")) == 12, "no more mails a day than that, whoever asks"
    claim = _claim_of()
    assert claim.state == "waiting"
    moderator = make.user("moderator")
    assert list(queues.turn_of(moderator, "new")) == [claim.id]
    moderation.approve(claim, by=moderator)
    db.session.commit()
    user = user_by_email(OWN)
    assert user is not None and {one.role for one in user.held} == {"lead", "editor"}
    with clock.freeze(clock.now() + timedelta(days=1, minutes=1)):
        other = make.service(email="hello@larkfield.example.org").organization
        late, theirs = _claimant(as_user, make, other, "late@people.example.org")
        late.post(f"{theirs}/code", {"to": "0"}, expect=303)
        assert len(_mails("proof-code")) == 13


def test_what_its_own_people_wrote_shows_nobody_to_be_of_a_group(
    browser: Browser, app: Flask, make: Make, as_user: AsUser
) -> None:
    """Who edits before having shown to be of it could name a friend's address, in a new listing or in one that was there."""
    make.register_entry("9900001", "LARKFIELD CIRCLE", email="hello@larkfield.example.org")
    _ask(browser, "/group/join/register/GB-CHC/9900001")
    _confirm(browser)
    editor, organisation = user_by_email(OWN), db.session.query(Organization).one()
    assert editor is not None and [one.role for one in editor.held] == ["editor"]
    with clock.freeze(clock.now() + timedelta(days=1)):
        make.service("New and approved", organisation=organisation, email="friend@people.example.org")
        friend, theirs = _claimant(as_user, make, organisation, "friend@people.example.org")
        page = friend.get(theirs)
        assert page.words("h1") == ["Show that you are part of Larkfield Circle"]
        assert "h…@larkfield.example.org" in page.main and "f…@" not in page.main
        for told in ("1", "9" * 5_000, "²"):
            friend.post(f"{theirs}/code", {"to": told}, expect=404)
    assert _claim_of("friend@people.example.org").state == "draft"


def test_an_address_that_its_own_people_changed_shows_nobody_to_be_of_a_group(
    app: Flask, make: Make, as_user: AsUser
) -> None:
    old, moderator = make.service("Tuesday Table", email="hello@larkfield.example.org"), make.user("moderator")
    organisation = old.organization
    with clock.freeze(clock.now() + timedelta(days=1)):
        editor = make.user("editor", organisation=organisation)
        _claimant(as_user, make, organisation, "hello@larkfield.example.org")
        assert _claim_of("hello@larkfield.example.org").state == "live", "it was on record before anybody came"
    other = make.service("Wednesday Table", organisation=make.organisation("Other"), email="hello@other.example.org")
    with clock.freeze(clock.now() + timedelta(days=1)):
        editor = make.user("editor", organisation=other.organization)
        change = changes.propose(
            other, {"email": "friend@people.example.org"}, by=editor, base_version=other.version, key=None
        )
        changes.approve(change, moderator)
        db.session.commit()
    with clock.freeze(clock.now() + timedelta(days=2)):
        friend, theirs = _claimant(as_user, make, other.organization, "friend@people.example.org")
        assert "f…@" not in friend.get(theirs).main
    assert _claim_of("friend@people.example.org").state == "draft"


def test_where_a_lead_has_come_meanwhile_a_code_asks_that_lead(app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.service(email="hello@larkfield.example.org").organization
    second, theirs = _claimant(as_user, make, organisation, OWN)
    second.post(f"{theirs}/code", {"to": "0"}, expect=303)
    lead = make.user("lead", organisation=organisation)
    told = second.follow(second.post(f"{theirs}/prove", {"code": _code()}, expect=303))
    assert "Somebody looks after the listings" in told.main and "You can now look after" not in told.text
    user = user_by_email(OWN)
    assert user is not None and user.held == []
    assert [one.user_id for one in _mails("claim-asked")] == [lead.id]
    third, own = _claimant(as_user, make, organisation, "hello@larkfield.example.org")
    assert _claim_of("hello@larkfield.example.org").state == "waiting", (
        "the address on record alone gives nothing either"
    )
    sent = len(_mails("proof-code"))
    third.post(f"{own}/code", {"to": "0"}, expect=404)
    assert len(_mails("proof-code")) == sent


def test_who_reads_the_address_on_record_needs_no_code(browser: Browser, sqlite_app: Flask, make: Make) -> None:
    service = make.service(email=OWN.upper())
    _ask(browser, f"/group/join/ask/{service.organization_id}")
    _confirm(browser)
    assert _claim_of().state == "live"


def test_the_answer_is_the_same_with_an_account_and_without(browser: Browser, sqlite_app: Flask, make: Make) -> None:
    make.user(email="known@people.example.org")
    service = make.service()
    address = f"/group/join/ask/{service.organization_id}"
    known = _ask(browser, address, "known@people.example.org")
    unknown = _ask(browser, address, "unknown@people.example.org")
    assert (known.headers["Location"], known.html) == (unknown.headers["Location"], unknown.html)
    assert len(_mails("join-link")) == 2
    shown = browser.get(f"/group/join/link/{_token()}")
    assert shown.select("#password")
    assert _told("join-link").count("known") == 0, "no address is in what is kept of a mail"


def test_who_has_an_account_signs_in_before_the_link_does_anything(
    browser: Browser, sqlite_app: Flask, make: Make, as_user: AsUser
) -> None:
    user, other = make.user(email=OWN), make.user()
    _ask(browser, f"/group/join/ask/{make.service().organization_id}")
    address = f"/group/join/link/{_token()}"
    assert "You have an account" in browser.get(address).main
    browser.post(address, {"name": "Sam", "password": PASSWORD}, expect=200)
    assert db.session.query(ChangeRequest).count() == 0
    assert "Sign out, then open the link again" in as_user(other).get(address).main
    mine = as_user(user)
    mine.get(address)
    mine.post(address, expect=303)
    assert _claim_of().state == "draft"
    mine.get(address, expect=410)


def test_a_link_is_used_once_and_ages(browser: Browser, sqlite_app: Flask, make: Make) -> None:
    _ask(browser, f"/group/join/ask/{make.service().organization_id}")
    token = _token()
    _confirm(browser)
    Browser(sqlite_app).get(f"/group/join/link/{token}", expect=410)
    Browser(sqlite_app).get("/group/join/link/forged", expect=410)


def test_an_easy_password_is_refused_and_the_link_still_works(browser: Browser, sqlite_app: Flask, make: Make) -> None:
    _ask(browser, f"/group/join/ask/{make.service().organization_id}")
    assert _confirm(browser, expect=422, password="password1234").one("#name")["value"] == "Sam Okafor"
    assert db.session.query(User).count() == 0
    _confirm(browser)


def test_a_claim_on_an_organisation_with_a_lead_goes_to_that_lead(app: Flask, make: Make, as_user: AsUser) -> None:
    service = make.service(email="hello@larkfield.example.org")
    organisation = db.session.get_one(Organization, service.organization_id)
    lead = make.user("lead", organisation=organisation)
    stranger, bystander = make.user(name="Ada Brook"), make.user("lead", organisation=make.organisation("Other"))
    as_user(stranger).post(f"/group/join/ask/{organisation.id}", expect=303)
    claim = db.session.query(ChangeRequest).one()
    assert claim.state == "waiting" and [one.user_id for one in _mails("claim-asked")] == [lead.id]
    assert "Ada" not in _told("claim-asked")
    as_user(bystander).get(f"/group/join/asked/{claim.id}", expect=404)
    as_user(stranger).get(f"/group/join/asked/{claim.id}", expect=403)
    moderator = make.user("moderator")
    assert queues.turn_of(moderator, "new") == []
    as_user(moderator).get(f"/moderate/changes/{claim.id}", expect=404)
    with pytest.raises(NotFound):
        claims.accept(claim, moderator)
    leading = as_user(lead)
    assert "Ada Brook" in leading.get(f"/group/join/asked/{claim.id}").main
    leading.post(f"/group/join/asked/{claim.id}", {"answer": "yes"}, expect=303)
    db.session.expire_all()
    assert [one.role for one in db.session.get_one(User, stranger.id).held] == ["editor"]
    assert [one.user_id for one in _mails("claim-decided")] == [stranger.id]


def test_a_lead_can_say_no(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation = make.organisation()
    lead, stranger = make.user("lead", organisation=organisation), make.user()
    as_user(stranger).post(f"/group/join/ask/{organisation.id}", expect=303)
    claim = db.session.query(ChangeRequest).one()
    as_user(lead).post(f"/group/join/asked/{claim.id}", {"answer": "no"}, expect=303)
    assert "is no" in as_user(stranger).get(f"/group/join/claims/{claim.id}").main
    assert db.session.get_one(User, stranger.id).held == []


def test_without_an_address_on_record_a_moderator_decides_and_nobody_their_own(
    sqlite_app: Flask, make: Make, as_user: AsUser
) -> None:
    service, user, moderator = make.service(), make.user(), make.user("moderator")
    mine = as_user(user)
    mine.post(f"/group/join/ask/{service.organization_id}", expect=303)
    claim = db.session.query(ChangeRequest).one()
    mine.post(f"/group/join/claims/{claim.id}/moderators", {"note": "Phone <b>Sam</b> at the hall"}, expect=303)
    assert "A moderator checks" in mine.get(f"/group/join/claims/{claim.id}").main
    assert list(queues.turn_of(moderator, "new")) == [claim.id]
    with pytest.raises(claims.OwnClaim):
        claims.accept(claim, db.session.get_one(User, user.id))
    moderation.send_back(claim, by=moderator, reason="other", words="Which hall?")
    db.session.commit()
    assert "Which hall?" in mine.get(f"/group/join/claims/{claim.id}").main
    mine.post(f"/group/join/claims/{claim.id}/moderators", {"note": "Larkfield Hall"}, expect=303)
    moderation.approve(db.session.query(ChangeRequest).one(), by=db.session.get_one(User, moderator.id))
    db.session.commit()
    assert _mails("claim-decided") == [], "the moderators' own message tells it"
    assert {one.role for one in db.session.get_one(User, user.id).held} == {"lead", "editor"}


def test_a_body_of_a_register_is_added_with_its_facts_once(
    browser: Browser, app: Flask, make: Make, as_user: AsUser
) -> None:
    make.register_entry("9900001", "LARKFIELD CIRCLE", email="hello@larkfield.example.org", activities="Tea and talk.")
    _ask(browser, "/group/join/register/GB-CHC/9900001")
    _confirm(browser)
    organisation = db.session.query(Organization).one()
    assert (organisation.name, organisation.description) == ("Larkfield Circle", "Tea and talk.")
    assert [one.identifier for one in organisation.identifiers] == ["9900001"]
    assert _claim_of().state == "draft", "its listing may be prepared, but who leads it is not shown yet"
    other = as_user(make.user())
    to = other.get("/group/join/register/GB-CHC/9900001", expect=303).headers["Location"]
    assert to == f"/group/join/ask/{organisation.id}"
    other.get("/group/join/register/GB-CHC/9900009", expect=404)


def test_who_is_refused_keeps_no_role_that_came_with_the_claim(
    browser: Browser, app: Flask, make: Make, as_user: AsUser
) -> None:
    make.register_entry("9900001", "LARKFIELD CIRCLE", email="hello@larkfield.example.org")
    _ask(browser, "/group/join/register/GB-CHC/9900001")
    _confirm(browser)
    claim, moderator = _claim_of(), make.user("moderator")
    browser.post(f"/group/join/claims/{claim.id}/moderators", {"note": "Ask me"}, expect=303)
    moderation.reject(
        _claim_of(), by=db.session.get_one(User, moderator.id), reason="other", words="Nobody there knows you."
    )
    db.session.commit()
    db.session.expire_all()
    user = user_by_email(OWN)
    assert user is not None and user.held == []
    browser.get("/group", expect=303)
    asking = as_user(user)
    asking.get("/group", expect=403)
    assert "Nobody there knows you." in asking.get(f"/group/join/claims/{claim.id}").main


def test_an_address_in_a_listing_of_their_own_proves_nobody(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    """Who adds a body of a register edits for it before they have shown to be of it: their listing is no proof."""
    organisation = make.organisation("Larkfield Circle")
    asking = as_user(make.user(email=OWN))
    ask = f"/group/join/ask/{organisation.id}"
    claim = asking.post(ask, asking.get(ask).form(ask), expect=303).headers["Location"]
    with clock.freeze(clock.now() + timedelta(hours=1)):
        make.service("Mine", organisation=organisation, email=OWN)
        db.session.commit()
        assert "s…@people.example.org" not in asking.get(claim).main
        asking.post(f"{claim}/code", {"to": "0"}, expect=404)
    assert not _mails("proof-code")


def test_a_new_group_is_added_once_and_one_of_a_known_name_is_asked_about(
    browser: Browser, sqlite_app: Flask, make: Make, as_user: AsUser
) -> None:
    make.service("Tuesday Table", organisation=make.organisation("Larkfield Circle"))
    mine = as_user(make.user(email=OWN))
    shown = mine.get("/group/join/add?name=The+Larkfield+Circle").form("/group/join/add")
    asked = mine.post("/group/join/add", shown, expect=422)
    assert "Is this you?" in asked.main
    shown = asked.form("/group/join/add")
    del shown["csrf_token"]
    first = mine.post("/group/join/add", shown, expect=303)
    again = mine.post("/group/join/add", shown, expect=303)
    assert db.session.query(Organization).count() == 2, "sent twice, made once"
    assert _claim_of().state == "live"
    assert first.status == again.status == 303


@pytest.mark.parametrize(
    "name", ["Win at https://evil.example", "WWW.evil.example", "a@b.example", "cheap-pills.com now"]
)
def test_a_strangers_link_is_not_mailed_to_others_as_the_name_of_a_group(
    name: str, browser: Browser, sqlite_app: Flask
) -> None:
    shown = browser.get("/group/join/add").form("/group/join/add")
    refused = browser.post("/group/join/add", shown | {"name": name, "email": OWN}, expect=422)
    assert "without a web address" in refused.main and not _mails("join-link")
    for fine in ("St. Mary's Hall", "Dr.Martin Circle", "A.B.C. Lunch Club"):
        _ask(browser, "/group/join/add", email=f"{len(fine)}@people.example.org", name=fine)


def test_joining_is_limited(browser: Browser, sqlite_app: Flask, make: Make) -> None:
    address = f"/group/join/ask/{make.organisation().id}"
    for _ in range(5):
        _ask(browser, address)
    shown = browser.get(address)
    browser.post(address, shown.form(address) | {"email": OWN}, expect=429)
    assert len(_mails("join-link")) == 5


def test_who_waits_for_an_answer_finds_the_way_back(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    """From their account, where they land after signing in, to how their request stands; others see no such thing."""
    organisation = make.organisation("Larkfield Circle")
    asking = as_user(make.user(email=OWN))
    ask = f"/group/join/ask/{organisation.id}"
    claim = asking.post(ask, asking.get(ask).form(ask), expect=303).headers["Location"]
    assert "/group/join" in [link["href"] for link in asking.get("/account").select("main a")]
    refused = asking.get("/group", expect=403)
    assert refused.one("main a[href='/account']")
    start = asking.get("/group/join")
    assert "Your request to look after Larkfield Circle" in start.main and start.select(f"main a[href='{claim}']")
    assert "Your request" not in as_user(make.user(email="kim@people.example.org")).get("/group/join").main


def test_strangers_and_others_see_no_claim(browser: Browser, sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    user = make.user()
    as_user(user).post(f"/group/join/ask/{make.organisation().id}", expect=303)
    claim = db.session.query(ChangeRequest).one()
    other = as_user(make.user())
    other.get(f"/group/join/claims/{claim.id}", expect=404)
    other.post(f"/group/join/claims/{claim.id}/prove", {"code": "1"}, expect=404)
    other.post(f"/group/join/claims/{claim.id}/code", {"to": "0"}, expect=404)
