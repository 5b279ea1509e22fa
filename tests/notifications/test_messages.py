"""Every notification that there is, in every language: whole, in plain words, and without anything personal."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

import portal.app
from portal.core.i18n import LOCALES
from portal.core.transactions import unit
from portal.notifications import wording
from portal.notifications.notification import KINDS, Notification, Recipient, packed, unpacked
from portal.notifications.outbox import notify
from portal.notifications.rendering import Written
from portal.notifications.senders.writing import From, email_of
from portal.notifications.sms import length_of
from tests.support.chromium import check_accessible
from tests.support.mailbox import Mailbox
from tests.support.page import faults_of

assert portal.app  # by which every feature's notifications are known
NAMES = sorted(KINDS)
PERSON = {
    "email": "asha.example@example.org",
    "phone": "+447700900123",
    "name": "Asha",
    "their id": str(uuid4()),
}
LIKE_A_PERSON = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?<!\d)(?:\+447|07)\d{3} ?\d{3} ?\d{3}|\b\d{3} \d{3} \d{4}\b|\bDear\b"
)
"""Addresses of e-mail, numbers of mobile phones, numbers of the health service, and salutations."""
REMOTE = re.compile(
    r"<(?:img|script|link|iframe|object|video|audio|svg)\b|url\(|@import|\bsrc=|background=", re.IGNORECASE
)


every = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def shown_in(_sqlite_application: Flask) -> Iterator["Shown"]:
    """Gives an example of a message in each language, each made once. No database is asked."""
    made: dict[str, list[tuple[str, Written]]] = {}

    def shown(name: str) -> list[tuple[str, Written]]:
        if name not in made:
            made[name] = [(locale, wording.preview(name, locale, own={})) for locale in LOCALES]
        return made[name]

    with _sqlite_application.app_context():
        yield shown


Shown = Callable[[str], list[tuple[str, Written]]]


def test_there_are_messages_to_look_at() -> None:
    assert "saved-list" in NAMES


@every
def test_every_message_is_written_in_every_language(shown_in: Shown, name: str) -> None:
    for locale, shown in shown_in(name):
        assert 3 < len(shown.subject) <= 120 and "\n" not in shown.subject, (name, locale)
        assert len(shown.text) > 60 and shown.text.endswith("\n"), (name, locale)
        assert not re.search(r"%\(\w+\)|\{\{|\}\}|\{%|None|<\w+>", f"{shown.subject} {shown.text}"), (name, locale)


@every
def test_no_message_holds_anything_of_a_person(shown_in: Shown, name: str) -> None:
    for locale, shown in shown_in(name):
        for part in (shown.subject, shown.text, shown.html or ""):
            found = LIKE_A_PERSON.search(part.replace("0116 496 0123", ""))
            assert not found, f"{name} in {locale} holds {found and found[0]}"


@every
def test_what_leaves_says_nothing_of_whom_it_goes_to(
    sqlite_app: Flask, mailbox: Mailbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = KINDS[name]
    monkeypatch.setattr(kind, "facts", lambda self: kind.example_facts())
    to = Recipient(email=PERSON["email"], user_id=None)
    with unit():
        notify(kind.example(), to=to, key=f"try:{name}")
    sent = mailbox.one
    said = [sent.subject, sent.text, sent.html or "", *sent.headers.values(), sent.id.hex]
    assert not [part for part in said for value in PERSON.values() if value.casefold() in part.casefold()]
    whole = message_from_bytes(email_of(sent, From("no-reply@example.org")).as_bytes(), policy=policy.default)
    assert [key for key, value in whole.items() if "asha" in str(value).casefold()] == ["To"]


@every
def test_html_is_whole_and_loads_nothing(shown_in: Shown, name: str) -> None:
    for locale, shown in shown_in(name):
        html = shown.html or ""
        assert not (faults := faults_of(html)), (name, locale, faults[:3])
        assert not (found := REMOTE.search(html)), (name, locale, found and found[0])
        soup = BeautifulSoup(html, "lxml")
        assert soup.html and (soup.html["lang"], soup.html["dir"]) == (locale, LOCALES[locale].direction)
        assert not soup.select("[style], [onclick]"), (name, locale)


@every
def test_each_has_one_main_action_with_its_link_spelt_out(shown_in: Shown, name: str) -> None:
    for locale, shown in shown_in(name):
        soup = BeautifulSoup(shown.html or "", "lxml")
        link = KINDS[name].example().link()
        actions = soup.select(".action a")
        assert len(actions) == (1 if link else 0), (name, locale)
        for anchor in soup.select("a[href]"):
            assert str(anchor["href"]).startswith(("http://", "https://")), (name, locale)
            assert soup.get_text().count(str(anchor["href"])) >= 1, f"{name}: {anchor['href']} is not spelt out"
        if link:
            assert actions[0].get_text(strip=True), (name, locale)
            assert shown.text.splitlines().count(str(actions[0]["href"])) == 1, (name, locale)


@every
def test_each_says_why_it_came_and_how_to_stop_or_get_another_language(shown_in: Shown, name: str) -> None:
    for locale, shown in shown_in(name):
        foot = shown.text.partition("\n--\n")[2].splitlines()
        assert len([line for line in foot if line.strip()]) >= 4, f"{name} in {locale} does not say why it comes"
        assert foot[1].strip(), f"{name} in {locale} does not say why it comes"
        assert "/languages" in shown.text
        assert ("/stop/" in shown.text) == (KINDS[name].topic is not None), (name, locale)


@every
def test_texts_to_phones_fit(sqlite_app: Flask, name: str) -> None:
    if "sms" not in {part.part for part in wording.parts_of(name, "en")}:
        return
    for locale in LOCALES:
        text = wording.preview(name, locale, channel="sms", own={}).text
        length = length_of(text)
        assert length.parts <= {"gsm": 1, "ucs2": 2}[length.alphabet], (name, locale, length)
        assert "\n" not in text and (not KINDS[name].example().link() or "http" in text), (name, locale)


@every
def test_our_words_could_be_an_administrators(sqlite_app: Flask, name: str) -> None:
    for locale in LOCALES:
        for part in wording.parts_of(name, locale):
            wrong = wording.problems(name, part.part, locale, part.ours)
            assert not wrong, f"{name}, {part.part}, {locale}: {wrong}: {part.ours}"


@every
def test_fields_are_packed_and_found_again(name: str) -> None:
    example: Notification = KINDS[name].example()
    assert unpacked(name, packed(example)) == example
    assert not LIKE_A_PERSON.search(packed(example)), "fields are references and ids"


@every
def test_it_can_be_read_on_a_narrow_phone_in_either_direction(shown_in: Shown, narrow_phone: Page, name: str) -> None:
    for locale, shown in reversed(shown_in(name)):
        narrow_phone.set_content(shown.html or "")
        wide = narrow_phone.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{name} in {locale} is {wide} pixels wide"
    check_accessible(narrow_phone)


@pytest.fixture(scope="module")
def narrow_phone(chromium: Chromium) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    yield page
    page.close()
