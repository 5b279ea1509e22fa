"""Lengths of texts, as networks count them."""

import pytest

from portal.notifications.sms import BASIC, EXTENSION, Length, fits, length_of, plain_signs


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length("gsm", 0, 1)), ("a" * 160, Length("gsm", 160, 1)), ("a" * 161, Length("gsm", 161, 2)),
        ("a" * 306, Length("gsm", 306, 2)), ("a" * 307, Length("gsm", 307, 3)), ("€" * 80, Length("gsm", 160, 1)),
        ("€" * 81, Length("gsm", 162, 2)), ("a" * 152 + "€" * 77, Length("gsm", 306, 3)),
        ("a" * 153 + "€" * 76, Length("gsm", 305, 2)), ("£é à\n", Length("gsm", 5, 1)),
        ("ŵ" * 70, Length("ucs2", 70, 1)), ("ŵ" * 71, Length("ucs2", 71, 2)), ("ŵ" * 134, Length("ucs2", 134, 2)),
        ("ŵ" * 135, Length("ucs2", 135, 3)), ("س" * 70, Length("ucs2", 70, 1)), ("😀" * 35, Length("ucs2", 70, 1)),
        ("😀" * 36, Length("ucs2", 72, 2)), ("😀" * 67, Length("ucs2", 134, 3)), ("a" * 159 + "’", Length("ucs2", 160, 3)),
    ],
)  # fmt: skip
def test_a_text_is_counted_in_its_alphabet(text: str, length: Length) -> None:
    assert length_of(text) == length


def test_the_alphabet_has_all_its_signs() -> None:
    assert len(BASIC) == 127 and len(EXTENSION) == 10 and not BASIC & EXTENSION


def test_what_we_send_is_one_part_of_the_basic_alphabet_or_two_of_the_other() -> None:
    assert fits("a" * 160) and not fits("a" * 161)
    assert fits("ŵ" * 134) and not fits("ŵ" * 135)


def test_signs_of_a_typesetter_become_those_of_a_keyboard() -> None:
    assert length_of(plain_signs("“It’s here” – at last… ")).alphabet == "gsm"
