"""Encrypted texts are found again by their blind index, under new keys and old."""

from dataclasses import replace

from flask import Flask

from portal.core.blind_index import blind, blinds
from portal.core.extensions import settings

NEW = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0="


def test_the_same_text_has_one_hash_and_others_have_others(sqlite_app: Flask) -> None:
    assert blind("sam@example.org") == blind("sam@example.org") != blind("kim@example.org")
    assert len(blind("sam@example.org")) == 32


def test_what_an_older_key_wrote_is_still_found(sqlite_app: Flask) -> None:
    old, before = blind("sam@example.org"), settings()
    sqlite_app.extensions["portal.settings"] = replace(before, data_keys=(NEW, *before.data_keys))
    try:
        assert blind("sam@example.org") != old
        assert old in blinds("sam@example.org")
    finally:
        sqlite_app.extensions["portal.settings"] = before
