"""The one file of numbers: whole, never with a made-up check, and read with a plain word for each mistake."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask_babel import force_locale

from portal.directory import helplines as numbers
from portal.directory.helplines import HelplineProblem, foot_numbers, helplines, loaded, unsigned_helplines
from portal.running.serving import settle

TODAY = date(2026, 11, 25)
VOUCHED = {"999", "NHS 111", "NHS 111 Wales", "Samaritans", "Shout", "Childline"}
SIGNED = {"last_checked": date(2026, 11, 1), "next_check": date(2027, 2, 1)}


def written(folder: Path, **changes: object) -> Path:
    """A file with one helpline that is right but for what is changed."""
    row = {
        "id": "samaritans", "name": "Samaritans", "call": "116 123", "nations": ["england"], "kinds": ["mental_health"],
        "source": "A test", "last_checked": None, "next_check": None, **changes,
    }  # fmt: skip
    path = folder / "helplines.yaml"
    path.write_text(yaml.safe_dump([row]), encoding="utf-8")
    return path


def test_no_number_of_the_file_bears_a_check_that_nobody_made() -> None:
    assert all(line.last_checked is None and line.next_check is None for line in helplines().values())
    assert {line.name for line in helplines().values() if line.vouched} == VOUCHED


def test_the_doctor_is_told_every_number_that_nobody_vouches_for() -> None:
    unsigned = unsigned_helplines(TODAY)
    assert {line.id for line in unsigned} == {line.id for line in helplines().values() if not line.vouched}
    assert {"0808 2000 247", "0808 801 0327", "0808 500 2222", "0808 800 5000", "0808 808 8141", "0808 164 0123"} <= {
        line.number for line in unsigned
    }
    assert "116 123" not in {line.number for line in unsigned}


def test_a_signed_number_is_quiet_until_its_next_check_is_overdue(tmp_path: Path) -> None:
    (line,) = loaded(written(tmp_path, **SIGNED))
    assert line.is_signed(TODAY) and line.is_signed(date(2027, 2, 1))
    assert not line.is_signed(date(2027, 2, 2))


def test_a_vouched_number_whose_check_fell_due_is_named_too(tmp_path: Path) -> None:
    (line,) = loaded(written(tmp_path, vouched=True, **SIGNED))
    assert not line.is_signed(date(2027, 2, 2))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"call": 116123}, "call must be written in quotes"),
        ({"call": "no digits"}, "has a number without digits"),
        ({"nations": ["france"]}, "names a nation that is none"),
        ({"nations": []}, "names a nation that is none"),
        ({"kinds": ["toothache"]}, "names a kind that is none"),
        ({"word": "HELP"}, "texts a word to nowhere"),
        ({"hours": "at times"}, "has hours that are not understood"),
        ({"source": ""}, "has no name or no source"),
        ({"id": "unknown"}, "has no words"),
        ({"last_checked": date(2026, 11, 1)}, "needs both dates"),
        ({"last_checked": date(2027, 2, 1), "next_check": date(2026, 11, 1)}, "to be checked before it was checked"),
        ({"last_checked": date(2999, 1, 1), "next_check": date(2999, 2, 1)}, "on a day that has not come"),
        ({"last_checked": date(2026, 11, 1), "next_check": date(2027, 2, 3)}, "later than three months on"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(HelplineProblem, match=sentence):
        loaded(written(tmp_path, **changes))


def test_a_file_without_a_list_and_an_id_that_stands_twice_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(HelplineProblem, match="stands twice"):
        loaded(path)
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(HelplineProblem, match="no list"):
        loaded(path)


def test_numbers_that_make_no_sense_stop_the_start_with_id_and_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "PATH", written(tmp_path, nations=["france"]))
    helplines.cache_clear()
    try:
        with pytest.raises(HelplineProblem, match="samaritans: names a nation that is none"):
            settle()
    finally:
        helplines.cache_clear()


def test_every_line_has_words_and_every_word_a_line() -> None:
    assert set(numbers.WHAT) == set(helplines())


def test_a_link_dials_the_digits_and_a_text_carries_its_word() -> None:
    assert helplines()["samaritans"].href == "tel:116123"
    assert helplines()["shout"].href == "sms:85258?&body=SHOUT"
    assert helplines()["streetlink"].href is None


def test_the_foot_of_a_leaflet_follows_the_nation(sqlite_app: Flask) -> None:
    def foot(nation: str | None) -> list[tuple[str, str]]:
        return [(one.label, re.sub("<.*?>", "", one.text)) for one in foot_numbers(nation)]

    england = foot("england")
    assert england == foot(None) == [
        ("If your life is in danger", "call 999"),
        ("In a mental health crisis", "call 111, option 2"),
        ("Samaritans", "call 116 123"),
        ("Shout", "text SHOUT to 85258"),
    ]  # fmt: skip
    assert ("In a mental health crisis", "call 111") in foot("scotland")
    assert ("Lifeline", "call 0808 808 8000") in foot("northern_ireland")
    assert not any("option" in text for _label, text in foot("northern_ireland"))


def test_numbers_in_the_foot_read_from_left_to_right(sqlite_app: Flask) -> None:
    with force_locale("ur"):
        assert all('<bdi dir="ltr">' in one.text for one in foot_numbers("wales"))


def test_no_number_stands_anywhere_but_in_the_data_file() -> None:
    portal = Path(numbers.__file__).parent.parent
    known = [line.number.replace(" ", "") for line in helplines().values() if len(line.number) > 4]
    modules = [
        portal / "directory" / "urgent.py",
        portal / "directory" / "helplines.py",
        *(portal / "pages").glob("*.py"),
    ]
    for path in [*modules, *(portal / "templates").rglob("*.html")]:
        digits = re.sub(r"(?<=\d) (?=\d)", "", path.read_text(encoding="utf-8"))
        assert not [one for one in known if re.search(rf"(?<!\d){one}(?!\d)", digits)], path
