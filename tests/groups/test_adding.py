"""A new listing: at most 12 answers in four sections, saved as it goes, sent to a moderator, and nobody else sees it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.changes import actions
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory import school_holidays
from portal.directory.models import Service
from portal.groups import adding
from portal.notifications.models import OutboxMessage
from portal.organisations.models import Organization, OrganizationIdentifier
from tests.factories import Make
from tests.support.page import Browser

AsUser = Callable[..., Browser]
ABOUT = {"name-text": "Tuesday Table", "description-text": "Tea and talk.", "needs-needs": ["loneliness"]}
WHEN = {
    "place-location_type": "physical", "place-address_1": "1 Larkfield Road", "place-postcode": "LE2 0QB",
    "place-privacy": "public", "s-0-often": "weekly", "s-0-day": "TU", "s-0-starts": "10am", "s-0-ends": "midday",
    "cost-kind": "free",
}  # fmt: skip
WHO = {"audiences-anyone": "yes"}
JOIN = {"joining-ways": ["drop_in"], "email-text": "hello@larkfield.example.org"}
TYPED: dict[str, dict[str, Any]] = {"about": ABOUT, "when_where": WHEN, "who_for": WHO, "join": JOIN}


def _begin(mine: Browser) -> str:
    shown = mine.get("/group/listings/new").form("/group/listings/new")
    return str(mine.post("/group/listings/new", shown, expect=303).headers["Location"])


def _editor(make: Make, **columns: Any) -> tuple[Organization, Any]:
    organisation = make.organisation(**columns)
    return organisation, make.user("editor", organisation=organisation)


def test_a_listing_takes_12_answers_or_fewer() -> None:
    assert sum(one.fields for one in adding.ANSWERS) <= 12
    needed = {name for name, fact in FACTS.items() if fact.is_required}
    assert needed <= {fact for one in adding.ANSWERS for fact in one.facts}
    assert all(fact in adding.FACTS_OF[one.section] for one in adding.ANSWERS for fact in one.facts)
    typed = sum(len(one) for one in TYPED.values())
    chosen = {"place-location_type", "place-privacy", "s-0-often", "s-0-day"}
    assert typed - len(chosen) <= 12, "what is chosen from the beginning is no answer to give"


def test_four_sections_are_filled_looked_at_and_sent(app: Flask, make: Make, as_user: AsUser) -> None:
    _organisation, user = _editor(make)
    mine = as_user(user)
    listing = _begin(mine)
    assert mine.get(listing).words(".mark") == ["Begun", "Not begun", "Not begun", "Not begun"]
    assert "Not yet: we still need what happens." in mine.post(f"{listing}/send", expect=422).main
    for section, typed in TYPED.items():
        mine.get(f"{listing}/{section}")
        mine.post(f"{listing}/{section}", typed | {"action": "save"}, expect=303)
    assert mine.get(listing).words(".mark") == ["Done"] * 4
    preview = mine.get(f"{listing}/preview").main
    assert "1 Larkfield Road" in preview and "Every Tuesday" in preview.replace("Tuesdays", "Every Tuesday")
    assert db.session.query(Service).count() == 0, "a look saves nothing"
    mine.post(f"{listing}/send", expect=303)
    assert "A moderator looks within 2 working days" in mine.get(listing).main
    draft = db.session.query(ChangeRequest).one()
    assert draft.state == "waiting" and draft.kind == "new"
    actions.approve(draft, make.user("moderator"))
    db.session.commit()
    service = db.session.query(Service).one()
    assert service.name == "Tuesday Table"
    here = service.service_at_locations[0]
    assert here.delivery_modes == ["in_person"] and len(here.sessions) == 1 and here.location.latitude


def test_what_is_missing_is_said_beside_its_box_and_nothing_typed_is_lost(
    sqlite_app: Flask, make: Make, as_user: AsUser
) -> None:
    mine = as_user(_editor(make)[1])
    listing = _begin(mine)
    about = mine.post(f"{listing}/about", {"name-text": "Tuesday Table", "action": "save"}, expect=422)
    assert about.one("#name-text")["value"] == "Tuesday Table"
    assert "Choose at least one" in about.main and about.link("Choose at least one") == "#needs-needs"
    when = mine.post(f"{listing}/when_where", WHEN | {"s-0-starts": "", "s-0-ends": "", "action": "save"}, expect=422)
    assert "Say when it is" in when.main and when.one("#place-postcode")["value"] == "LE2 0QB"
    bad = mine.post(f"{listing}/when_where", WHEN | {"s-0-starts": "10", "action": "save"}, expect=422)
    assert "Say if it is am or pm" in bad.main
    who = mine.post(f"{listing}/who_for", {"action": "save"}, expect=422)
    assert who.link("Say if anyone can come, or who it is for") == "#audiences-anyone"
    join = mine.post(f"{listing}/join", {"joining-ways": ["drop_in"], "action": "save"}, expect=422)
    assert join.link("Give a phone number, an e-mail address or a website") == "#phone-number"


def test_opening_hours_or_words_do_instead(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    mine = as_user(_editor(make)[1])
    listing = _begin(mine)
    when = {name: value for name, value in WHEN.items() if not name.startswith("s-0")}
    mine.post(f"{listing}/when_where", when | {"opening-words": "Weekdays, 9 to 5", "action": "save"}, expect=303)
    mine.post(f"{listing}/who_for", {"who_for-text": "Anyone who likes tea", "action": "save"}, expect=303)
    assert mine.get(listing).words(".mark")[1:3] == ["Done", "Done"]


def test_times_are_added_and_taken_away_without_script(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    mine = as_user(_editor(make)[1])
    listing = _begin(mine)
    two = mine.post(f"{listing}/when_where", WHEN | {"action": "add"}, expect=200)
    assert len(two.select(".session-row")) == 2 and two.one("#s-0-starts")["value"] == "10am"
    sent = WHEN | {
        f"s-1-{name}": value for name, value in {"often": "1", "day": "MO", "starts": "2pm", "ends": "4pm"}.items()
    }
    one = mine.post(f"{listing}/when_where", sent | {"action": "remove-0"}, expect=200)
    assert one.one("#s-0-starts")["value"] == "2pm"


def test_the_next_dates_are_shown_before_anything_is_saved(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    mine = as_user(_editor(make)[1])
    address = f"{_begin(mine)}/when_where"
    fresh = mine.get(address)
    assert not fresh.select(".next-dates__one") and "Fix the problem" not in fresh.main
    tuesday = clock.today() + timedelta(days=3 + (1 - 3 - clock.today().weekday()) % 7)
    first = tuesday.strftime("%-d %B %Y")
    sent = WHEN | {"s-0-often": "fortnightly", "s-0-first": first, "action": "dates"}
    days = [
        date.get_text().replace("Sept", "Sep")
        for date in mine.post(address, sent, expect=200).select(".next-dates__day")
    ]
    meant = [tuesday + timedelta(days=14 * turn) for turn in range(8)]
    assert days and set(days) <= {day.strftime("%a %-d %b") for day in meant}
    wrong = mine.post(address, sent | {"s-0-ends": "9am"}, expect=422)
    assert "Session 1: the finish time must be after 10am" in wrong.main and "Fix the problem" in wrong.main
    assert wrong.one("#place-postcode")["value"] == "LE2 0QB", "what was typed stays, and only times are looked at"
    only = {
        "s-0-often": "dates",
        "s-0-dates": first,
        "place-postcode": "nowhere",
        "s-0-starts": "10am",
        "action": "dates",
    }
    assert len(mine.post(address, only, expect=200).select(".next-dates__day")) == 1
    (draft,) = db.session.query(ChangeRequest).all()
    assert "sessions" not in draft.facts and "place" not in draft.facts


@pytest.mark.parametrize("meets", ["yes", "no"])
def test_bank_and_school_holidays_are_asked_where_a_listing_is_added(
    sqlite_app: Flask, make: Make, as_user: AsUser, meets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuesday = clock.today() + timedelta(days=7 + (1 - clock.today().weekday()) % 7)
    known = {"E06000016": ((tuesday, tuesday + timedelta(days=3)),)}
    monkeypatch.setitem(sqlite_app.extensions, school_holidays.EXTENSION, known)
    mine = as_user(_editor(make)[1])
    address = f"{_begin(mine)}/when_where"
    assert mine.get(address).select("[name=bank]")
    sent = WHEN | {"bank": meets, "school": meets}
    shown = mine.post(address, sent | {"action": "dates"}, expect=200)
    assert "Do you meet in school holidays?" in shown.main
    assert bool(shown.select(".next-dates__one--off")) is (meets == "no")
    mine.post(address, sent | {"action": "save"}, expect=303)
    (draft,) = db.session.query(ChangeRequest).all()
    (told,) = draft.facts["sessions"]
    assert (told["on_bank_holidays"], told["in_school_holidays"]) == (meets == "yes", meets == "yes")
    assert mine.get(address).one(f"[name=school][value={meets}]").has_attr("checked")


def test_a_draft_with_times_that_the_form_cannot_show_keeps_them(
    sqlite_app: Flask, make: Make, as_user: AsUser
) -> None:
    mine = as_user(_editor(make)[1])
    listing = _begin(mine)
    (draft,) = db.session.query(ChangeRequest).all()
    rare = {"freq": "weekly", "interval": 3, "byday": "TU", "dtstart": "2026-01-06", "starts_at": "10:00"}
    plain = {"freq": "weekly", "interval": 1, "byday": "MO", "dtstart": "2026-01-05", "starts_at": "09:00"}
    adding.save(draft, {"sessions": [rare, plain]})
    db.session.commit()
    page = mine.get(f"{listing}/when_where")
    assert "Other times that stay as they are" in page.main and page.one("#s-0-starts")["value"] == "9am"
    mine.post(f"{listing}/when_where", WHEN | {"s-0-starts": "", "s-0-ends": "", "action": "save"}, expect=303)
    db.session.expire_all()
    assert [one["interval"] for one in draft.facts["sessions"]] == [3]


def test_a_listing_is_kept_for_later_and_gone_on_with_by_a_link(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation, user = _editor(make)
    mine = as_user(user)
    listing = _begin(mine)
    kept = mine.post(
        f"{listing}/about", {"name-text": "Half done", "description-text": "", "action": "later"}, expect=303
    )
    assert "We have sent you a link" in mine.follow(kept).main
    mine.post(f"{listing}/join", {"email-text": "no address", "action": "later"}, expect=303)
    assert "could not be read" in mine.get(listing).main
    (mail,) = db.session.query(OutboxMessage).filter_by(name="draft-kept").all()
    assert listing.rpartition("/")[2] in str(mail.fields) and "Half" not in str(mail.fields)
    colleague = as_user(make.user("editor", organisation=organisation))
    assert "Half done" in colleague.get("/group/listings/new").main
    assert colleague.get(listing).words("h1") == ["Half done"]


def test_others_see_no_draft(sqlite_app: Flask, make: Make, as_user: AsUser, browser: Browser) -> None:
    listing = _begin(as_user(_editor(make)[1]))
    other = as_user(make.user("editor", organisation=make.organisation("Other")))
    for address in (listing, f"{listing}/about", f"{listing}/preview"):
        other.get(address, expect=404)
    other.post(f"{listing}/about", ABOUT | {"action": "save"}, expect=404)
    other.post(f"{listing}/send", expect=404)
    browser.get(listing, expect=303)
    as_user(make.user("moderator")).get(listing, expect=403)


def test_the_first_listing_begins_with_what_the_register_says(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    organisation, user = _editor(make, name="Larkfield Circle")
    organisation.identifiers.append(
        OrganizationIdentifier(identifier_scheme="GB-CHC", identifier_type="charity", identifier="9900001")
    )
    make.register_entry(
        "9900001", "LARKFIELD CIRCLE", postcode="LE2 0QB", address=["1 Larkfield Road", "LEICESTER"],
        phone="0116 496 0123", email="hello@larkfield.example.org", activities="Tea and talk.",
    )  # fmt: skip
    mine = as_user(user)
    listing = _begin(mine)
    assert mine.get(f"{listing}/about").one("#name-text")["value"] == "Larkfield Circle"
    when = mine.get(f"{listing}/when_where")
    assert (
        when.one("#place-address_1")["value"] == "1 Larkfield Road" and when.one("#place-city")["value"] == "Leicester"
    )
    assert mine.get(f"{listing}/join").one("#phone-number")["value"] == "0116 496 0123"
    make.service(organisation=organisation)
    assert adding.prefilled(organisation) == {}


def test_beginning_twice_makes_one(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    mine = as_user(_editor(make)[1])
    shown = mine.get("/group/listings/new").form("/group/listings/new")
    first = mine.post("/group/listings/new", shown, expect=303)
    assert mine.post("/group/listings/new", shown, expect=303).headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "گروپ چائے", "Café ☕ Ω"])
def test_names_in_any_script_and_markup_are_shown_as_typed(
    sqlite_app: Flask, make: Make, as_user: AsUser, name: str
) -> None:
    mine = as_user(_editor(make)[1])
    listing = _begin(mine)
    mine.post(f"{listing}/about", ABOUT | {"name-text": name, "action": "save"}, expect=303)
    assert mine.get(listing).words("h1") == [name]
    assert "<script>alert" not in mine.get(f"{listing}/preview").html
