"""What pages of a group read: few statements, and nothing about a person that they do not show."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import MultiFernet
from flask import Flask

from tests.support.page import Browser
from tests.support.referrals import World, make_person

AsUser = Callable[..., Browser]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was decrypted."""
    found: list[bytes] = []
    decrypt = MultiFernet.decrypt

    def noted(self: MultiFernet, token: bytes, ttl: int | None = None) -> bytes:
        found.append(decrypt(self, token, ttl))
        return found[-1]

    monkeypatch.setattr(MultiFernet, "decrypt", noted)
    return found


def test_the_inbox_decrypts_names_and_needs_and_nothing_else(
    sqlite_app: Flask, loop: World, as_user: AsUser, opened: list[bytes]
) -> None:
    names = {"given_name": "Ottoline", "family_name": "Marshgrove", "what_matters": "Her garden."}
    loop.introduction("accepted", person=make_person(loop.team, worker=loop.worker, **names))
    browser = as_user(loop.group_worker)
    browser.get("/group/referrals?view=going")
    opened.clear()
    assert "O.M." in browser.get("/group/referrals?view=going").main
    mine = {loop.group_worker.name.encode(), loop.group_worker.email.encode()}
    assert {b"Ottoline", b"Marshgrove", b'["loneliness"]'} == set(opened) - mine


def test_a_referral_takes_few_statements(
    sqlite_app: Flask, loop: World, as_user: AsUser, count_statements: Callable[..., Any]
) -> None:
    made, browser = loop.introduction("accepted"), as_user(loop.group_worker)
    path = f"/group/referrals/{made.shown_reference}"
    browser.get(path)
    with count_statements() as asked:
        browser.get(path)
    assert len(asked) <= 15, asked
