"""HTML and words in any script, in every field of a listing: what everybody sees is what was typed, and nothing of it runs."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import Passkey
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core.extensions import db
from portal.directory.models import Service
from portal.exporting.actions import export_services
from portal.moderation.reasons import SEND_BACK
from tests.factories import Make
from tests.support.page import Browser, Page

AsUser = Callable[..., Browser]
HTML = "<b>x</b><script>alert(1)</script>&amp;"
TYPED = {
    "html": HTML,
    "arabic": "مجموعة الشاي",
    "gujarati": "ગુજરાતી મંડળ",
    "chinese": "社区茶会",
    "urdu": "اردو بولنے والے",
    "tamil": "நண்பர்கள்",
    "polish": "Zażółć gęślą jaźń",
    "hebrew": "עברית (ישראל)",
    "emoji": "Tea 🫖👩🏽‍🌾",
}
FREE: Mapping[str, tuple[str, ...]] = {
    "name": ("text",),
    "summary": ("text",),
    "description": ("text",),
    "sessions": ("s-0-name", "s-0-note"),
    "opening": ("words",),
    "place": ("venue", "address_1", "city", "getting_there"),
    "cost": ("words",),
    "who_for": ("text",),
    "how_to_join": ("text",),
    "first_visit": ("lines",),
    "phone": ("about", "hours"),
    "alert": ("text",),
}
"""The boxes of each fact that take any words."""
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "sessions": {"s-0-day": "TU", "s-0-often": "weekly", "s-0-starts": "10am", "s-0-ends": "midday"},
    "place": {"location_type": "physical", "postcode": "LE2 0QB", "privacy": "public"},
    "cost": {"kind": "paid", "amount": "3.50"},
    "phone": {"number": "0116 496 0111"},
}
CHOSEN: Mapping[str, tuple[str, ...]] = {
    "needs": ("needs",),
    "delivery": ("how",),
    "cost": ("kind", "amount"),
    "ages": ("minimum", "maximum"),
    "audiences": ("anyone", "welcome", "not_for"),
    "languages": ("spoken",),
    "joining": ("ways",),
    "phone": ("number",),
    "email": ("text",),
    "url": ("text",),
    "space": ("state", "until"),
    "urgent": ("urgent",),
}
"""The boxes that take no other words than theirs."""
NOT_ON_PAGE = frozenset({"summary"})
"""What cards show, and the page of the listing does not."""


def _address(service: Service, *rest: str) -> str:
    return "/".join([f"/group/listings/{service.id}", *rest])


def _typed(fact: str, words: str) -> dict[str, str]:
    """Words for each box that takes any, another for each."""
    return {box: f"{fact} {number} {words}" for number, box in enumerate(FREE[fact])}


def _stand(page: Page, told: Mapping[str, str], *, beside: str = ".hidden") -> None:
    """`beside`: what stands between the words and is none of them."""
    for tag in page.select(beside):
        tag.extract()
    shown = "".join(page.one("main").get_text().split())
    for words in told.values():
        assert "".join(words.split()) in shown, f"“{words}” does not stand on the page"
    assert not [one for one in page.select("script:not([type*=json])") if "alert(1)" in one.get_text()]
    assert not [one for one in page.select("b") if one.get_text() == "x"]


def test_every_fact_is_told_here() -> None:
    assert set(FREE) | set(CHOSEN) == set(FACTS)


@pytest.mark.parametrize("script", list(TYPED))
def test_words_of_every_fact_stand_as_they_were_typed(
    sqlite_app: Flask, make: Make, as_user: AsUser, browser: Browser, tmp_path: Path, script: str
) -> None:
    words = TYPED[script]
    service = make.service(organisation=make.organisation(f"Group {words}"), sessions=[make.session()])
    group, desk = as_user(make.user("editor", organisation=service.organization)), as_user(make.user("moderator"))
    everything: dict[str, str] = {}
    for fact in FREE:
        told = _typed(fact, words)
        everything |= {f"{fact}.{box}": one for box, one in told.items()}
        sent = dict(BESIDE.get(fact, {})) | told | {"version": service.version}
        address = _address(service, "edit", fact)
        if script == "html":
            _stand(group.post(address, sent | {"action": "preview"}, expect=200), {} if fact in NOT_ON_PAGE else told)
        group.post(address, sent | {"action": "save"}, expect=303)
        change = db.session.query(ChangeRequest).filter_by(state="waiting").one()
        item = f"/moderate/changes/{change.id}"
        if script == "html":
            _stand(desk.get(item), told)
        desk.post(f"{item}/approve", {}, expect=303)
        db.session.rollback()
        db.session.expire_all()
        assert change.state == "live", fact
    on_page = {name: one for name, one in everything.items() if name.partition(".")[0] not in NOT_ON_PAGE}
    _stand(browser.follow(browser.get(f"/services/{service.id}/x", expect=301)), on_page)
    _stand(group.get(_address(service, "history", "1")), everything, beside=".hidden, ins")
    for address in ("/group", "/group/listings", _address(service, "edit"), _address(service, "history")):
        _stand(group.get(address), {"name": everything["name.text"]})
    for fact, boxes in FREE.items():
        form = group.get(_address(service, "edit", fact))
        for box in boxes:
            tag = form.one(f"[name='{box}']")
            value = tag.get_text() if tag.name == "textarea" else tag["value"]
            assert str(value).strip() == everything[f"{fact}.{box}"]
    export_services(tmp_path / "all", "csv")
    with (tmp_path / "all" / "services.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    cells = "\n".join(row.values())
    assert [one for one in everything.values() if one not in cells] == []


@pytest.mark.parametrize("fact", list(CHOSEN))
def test_what_is_chosen_takes_no_html(sqlite_app: Flask, make: Make, as_user: AsUser, fact: str) -> None:
    service = make.service(sessions=[make.session()])
    group = as_user(make.user("editor", organisation=service.organization, trusted=True))
    for box in CHOSEN[fact]:
        sent = dict(BESIDE.get(fact, {})) | {box: HTML, "version": service.version, "action": "save"}
        answer = group.client.post(
            _address(service, "edit", fact), data=sent | {"csrf_token": group.csrf_token()}, follow_redirects=True
        )
        assert answer.status_code in {200, 422}
        assert "<b>x</b>" not in answer.text and "<script>alert" not in answer.text
    assert not [one for one in db.session.query(ChangeRequest) if "<b>" in str(one.facts)]


@pytest.mark.parametrize("script", list(TYPED))
def test_words_of_people_and_moderators_stand_too(sqlite_app: Flask, make: Make, as_user: AsUser, script: str) -> None:
    told = {name: f"{name} {TYPED[script]}" for name in ("group", "person", "note", "back", "key")}
    organisation = make.service(organisation=make.organisation(told["group"])).organization
    asker = make.user(email="asker@people.example.org", name=told["person"])
    mine, desk, ask = as_user(asker), as_user(make.user("moderator")), f"/group/join/ask/{organisation.id}"
    claim = mine.post(ask, mine.get(ask).form(ask), expect=303).headers["Location"]
    mine.post(f"{claim}/moderators", {"note": told["note"]}, expect=303)
    item = f"/moderate/changes/{claim.rpartition('/')[2]}"
    _stand(desk.get(item), {name: told[name] for name in ("group", "person", "note")})
    back = f"{item}/send-back"
    desk.post(back, desk.get(back).form(back) | {"reason": next(iter(SEND_BACK)), "words": told["back"]}, expect=303)
    _stand(mine.get(claim), {name: told[name] for name in ("group", "back")})
    asker.passkeys.append(Passkey(credential_id="a2V5", public_key=b"1", name="Key"))
    db.session.commit()
    key = f"/account/second-factor/passkeys/{asker.passkeys[0].id}"
    mine.post(key, {"name": told["key"]}, expect=303)
    _stand(mine.get("/account/second-factor"), {"key": told["key"]})
