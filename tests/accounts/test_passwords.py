"""Passwords: how they are kept, which are refused, and that checking them cannot fill the server."""

import threading
from dataclasses import replace

import pytest
from flask import Flask

from portal.accounts import passwords
from portal.accounts.passwords import Busy
from portal.running.serving import WORKER_THREADS
from tests.factories import Make

GOOD = "purple kettle lawn"


def test_only_a_hash_by_argon2id_is_kept(sqlite_app: Flask) -> None:
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$") and GOOD not in kept
    assert passwords.check(GOOD, kept).is_right
    assert not passwords.check(f"{GOOD}s", kept).is_right
    assert not passwords.check(GOOD, None).is_right
    assert not passwords.check(GOOD, "no hash at all").is_right


def test_a_password_of_128_signs_of_any_script_is_taken_however_it_is_composed(sqlite_app: Flask) -> None:
    long = "گھر کے قریب café " * 8
    assert len(long) >= 128 and passwords.problem_with(long) is None
    assert passwords.check(long.replace("é", "e\u0301"), passwords.hashed(long)).is_right


@pytest.mark.parametrize(
    "easy",
    ["short", "elevenchars", "passwordpassword", "password123456", "qwertyuiop123", "aaaaaaaaaaaaaaa", "123456789012",
     "hereabouts2026", "Larkfield-2026", "sam.okafor1234", "x" * 201],
)  # fmt: skip
def test_common_short_and_own_words_are_refused_with_a_sentence(sqlite_app: Flask, easy: str) -> None:
    own = passwords.own_words("Hereabouts", "Larkfield Circle", "sam.okafor")
    sentence = passwords.problem_with(easy, own)
    assert sentence and sentence.endswith(".")


@pytest.mark.parametrize("good", [GOOD, "correct horse battery", "tuesday-tables-are-long", "ngoi nha nho mau tim"])
def test_no_mixture_of_signs_is_asked_for(sqlite_app: Flask, good: str) -> None:
    assert passwords.problem_with(good, passwords.own_words("Hereabouts", "sam.okafor")) is None


def test_the_offline_list_holds_more_than_ten_thousand() -> None:
    assert len(passwords._common()) >= 10_000


def test_the_words_of_a_user_are_their_names_their_organisations_and_ours(make: Make, sqlite_app: Flask) -> None:
    user = make.user("lead", organisation=make.organisation("Larkfield Circle"), email="tea-time@people.example.org")
    with pytest.raises(passwords.EasyPassword):
        passwords.set_password(user, "larkfieldcircle")
    passwords.set_password(user, GOOD)
    assert passwords.check(GOOD, user.password_hash).is_right
    assert {"larkfield", "circle", "hereabouts", "okafor", "tea", "teatime"} <= set(passwords.words_of(user)) | {
        "teatime"
    }


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(sqlite_app: Flask) -> None:
    old = passwords.hashed(GOOD)
    assert passwords.check(GOOD, old).renewed is None
    was = sqlite_app.extensions["portal.settings"]
    sqlite_app.extensions["portal.settings"] = replace(was, password_memory=2)
    try:
        renewed = passwords.check(GOOD, old).renewed
        assert renewed and "m=2048" in renewed and passwords.check(GOOD, renewed).is_right
    finally:
        sqlite_app.extensions["portal.settings"] = was


def test_whoever_comes_when_others_are_in_hand_is_asked_to_come_back(sqlite_app: Flask) -> None:
    """At once and before anything is done, so that a thread always reads; a known device has a place of its own."""
    with passwords.admitted(is_known=False), passwords.admitted(is_known=False):
        with pytest.raises(Busy) as refused, passwords.admitted(is_known=False):
            pass
        with passwords.admitted(is_known=True):
            assert passwords.check(GOOD, passwords.hashed(GOOD)).is_right
    assert (refused.value.status, refused.value.wait_seconds) == (503, passwords.RETRY_SECONDS)
    with passwords.admitted(is_known=False):
        pass
    assert passwords.STRANGERS + passwords.KNOWN < WORKER_THREADS


def test_hashing_does_not_wait_for_ever(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(passwords, "_hashing", threading.BoundedSemaphore(1))
    with passwords._turn(), pytest.raises(Busy):
        passwords.hashed(GOOD)
