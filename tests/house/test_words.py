"""Words: every language's file is whole, its plurals are right, and its parts are those of the source."""

import re
from collections.abc import Callable
from gettext import c2py
from pathlib import Path

import pytest
import yaml
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, ngettext

from portal.core.i18n import LOCALES

ROOT = Path(__file__).parent.parent.parent
TRANSLATIONS = ROOT / "translations"
OTHERS = [code for code in LOCALES if code != "en"]
PARTS = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
NUMBERS = [0, 1, 2, 3, 6, 11, 1_000_000]


def gettext_plural(header: str) -> Callable[[int], int]:
    """The rule of a Plural-Forms header as gettext itself reads it."""
    return c2py(header.partition("plural=")[2].rstrip(";"))  # type: ignore[no-any-return]


def _catalogue(code: str) -> object:
    with (TRANSLATIONS / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


@pytest.mark.parametrize("code", OTHERS)
def test_parts_of_a_translation_are_those_of_its_source(code: str) -> None:
    for message in _catalogue(code):  # type: ignore[attr-defined]
        if not message.id or not message.string:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {part for source in sources for part in PARTS.findall(source)}
        for text in filter(None, texts):
            found = set(PARTS.findall(text))
            assert found <= wanted and (wanted - found) <= {"%(num)s", "%(num)d"}, f"{code}: {sources[0]!r} / {text!r}"


def test_welsh_is_whole() -> None:
    left = [
        m.id
        for m in _catalogue("cy")
        if m.id and (not m.string or m.fuzzy or "" in (m.string if isinstance(m.string, tuple) else ()))
    ]  # type: ignore[attr-defined]
    assert not left, f"{len(left)} messages have no Welsh: {left[:5]}"


@pytest.mark.parametrize("code", OTHERS)
def test_the_plural_header_is_ours(code: str) -> None:
    text = (TRANSLATIONS / code / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    header = re.search(r"Plural-Forms: (.*?)\\n", text.replace('"\n"', ""))
    assert header is not None and header[1].rstrip(";") == LOCALES[code].plurals.rstrip(";")


@pytest.mark.parametrize("code", OTHERS)
def test_the_compiled_file_is_that_of_the_source(code: str) -> None:
    import io

    from babel.messages.mofile import write_mo

    folder = TRANSLATIONS / code / "LC_MESSAGES"
    made = io.BytesIO()
    write_mo(made, _catalogue(code))
    assert made.getvalue() == (folder / "messages.mo").read_bytes(), "run: python3 -m portal words"


def test_every_word_of_the_code_is_in_the_catalogue() -> None:
    from portal.running.words import extracted

    known = {m.id for m in _catalogue("cy")}  # type: ignore[attr-defined]
    missing = [m.id for m in extracted() if m.id and m.id not in known]
    assert not missing, (
        f"{len(missing)} messages are not in the catalogues; run: python3 -m portal words: {missing[:3]}"
    )


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("count", NUMBERS)
def test_a_plural_of_each_kind_says_its_number(sqlite_app: Flask, code: str, count: int) -> None:
    with force_locale(code):
        assert str(count) in str(ngettext("about %(num)s mile", "about %(num)s miles", count))


def test_welsh_takes_six_forms_in_their_order(sqlite_app: Flask) -> None:
    chosen = gettext_plural(LOCALES["cy"].plurals)
    assert [chosen(number) for number in NUMBERS] == [0, 1, 2, 3, 4, 5, 5]


def test_every_language_has_its_words_of_danger() -> None:
    """A language without them would show no urgent help: do not offer it."""
    told = yaml.safe_load((ROOT / "portal/directory/data/crisis_phrases.yaml").read_text(encoding="utf-8"))
    assert set(LOCALES) <= {code for code, kinds in told["languages"].items() if kinds}
