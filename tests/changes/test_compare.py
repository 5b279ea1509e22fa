"""Word by word: what was kept, removed and added; whole numbers as one word."""

import pytest
from flask import Flask

from portal.changes.compare import Piece, compared, pieces_of


def marked(before: str, after: str) -> str:
    signs = {"kept": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in pieces_of(before, after))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Tea and talk", "Tea and talk", "Tea and talk"),
        ("Tea and talk.", "Tea and singing.", "Tea and [-talk-][+singing+]."),
        ("Ring 0116 496 0999 today", "Ring 0116 496 0111 today", "Ring [-0116 496 0999-][+0116 496 0111+] today"),
        ("From 7.30pm", "From 7.45pm", "From [-7.30pm-][+7.45pm+]"),
        ("£3 a session", "£3.50 a session", "[-£3-][+£3.50+] a session"),
        ("", "New words", "[+New words+]"),
        ("Old words", "", "[-Old words-]"),
        ("one two three", "four five three", "[-one two-][+four five+] three"),
        ("a c", "a b c", "a [+b +]c"),
        ("ہم ملتے ہیں", "ہم روز ملتے ہیں", "ہم[+ روز+] ملتے ہیں"),
        ("Don't come", "Do come", "[-Don't-][+Do+] come"),
    ],
)
def test_words(before: str, after: str, told: str) -> None:
    assert marked(before, after) == told


def test_both_texts_can_be_read_off_the_pieces() -> None:
    before, after = "We meet on Tuesday at 10.\nTea is free.", "They meet Tuesdays at 11.\nTea, and cake, is free!"
    pieces = pieces_of(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


def test_a_long_text_is_compared_by_lines() -> None:
    before = "\n".join(f"line {number}" for number in range(3_000))
    assert [piece.kind for piece in pieces_of(before, before + "\nand one more")] == ["kept", "removed", "added"]


def test_facts_are_compared_as_readers_are_told_them(sqlite_app: Flask, monday: None) -> None:
    session = {"freq": "weekly", "byday": "TU", "dtstart": "2026-09-01", "starts_at": "10:00", "ends_at": "12:00"}
    before = {"sessions": [session], "name": "Same"}
    found = compared(before, {"sessions": [session | {"starts_at": "10:30"}], "name": "Same"})
    assert [(one.name, one.label) for one in found] == [("sessions", "When")]
    assert Piece("added", "10.30am") in found[0].right and Piece("removed", "10am") in found[0].left
