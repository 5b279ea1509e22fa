"""Short codes can be read out, typed and misread."""

from hypothesis import given
from hypothesis import strategies as st

from portal.shortlists.codes import ALPHABET, LENGTH, new_code, read_code
from portal.shortlists.forms import ids_in


def test_no_two_characters_of_the_alphabet_look_alike():
    for alike in ("0OQD"[:2], "1IL", "2Z", "5S", "8B", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1


def test_no_code_can_be_a_word():
    assert not set("AEIOU") & set(ALPHABET)


def test_new_codes_differ_and_are_read_as_themselves():
    codes = {new_code() for _number in range(500)}
    assert len(codes) > 495
    assert all(read_code(code) == code == read_code(code.lower()) for code in codes)


def test_look_alikes_are_forgiven():
    assert read_code("b0sz7k") == "8Q527K"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_none(typed):
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))


def test_ids_are_read_once_and_at_most_twenty():
    ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(30)]
    assert len(ids_in(ids)) == 20
    assert len(ids_in([ids[0], ids[0], "x", "", "%"])) == 1
