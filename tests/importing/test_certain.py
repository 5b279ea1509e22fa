from decimal import Decimal

import pytest

from portal.importing import certain


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("6 years - 14 years", (6, 14)), ("11+", (11, None)), ("4 to 18", (4, 18)), ("From 5 years upwards", (5, None)),
        ("13-25", (13, 25)), ("0-19 years", (None, 19)), ("7 years upwards", (7, None)), ("18 and over", (18, None)),
        ("All ages", (None, None)), ("Up to 11 years", (None, 11)), ("Aged 16 to 25 years old", (16, 25)),
    ],
)  # fmt: skip
def test_plain_ages_are_read(text: str, ages: certain.Ages) -> None:
    assert certain.ages_in(text) == ages


@pytest.mark.parametrize("text", ["over 50", "older people", "45231", "25-13", "5-11 and 14-18", "05-Nov", "200+"])
def test_what_is_not_surely_ages_is_not_read(text: str) -> None:
    assert certain.ages_in(text) is None


def test_a_date_that_a_spreadsheet_made_of_two_numbers_is_known() -> None:
    assert all(certain.is_sheet_date(text) for text in ("05-Nov", "Dec-10", "5 Nov"))
    assert not certain.is_sheet_date("5-11")


def test_structured_eligibility_gives_ages_and_sex() -> None:
    text = '{"allows_female": true, "allows_male": false, "minimum_age": 18, "maximum_age": null}'
    assert certain.eligibility_in(text) == ((18, None), ("women_only",))
    assert certain.eligibility_in("Adults in Harrow") is None
    assert certain.eligibility_in('{"allows_female": ') is None


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("Free", ("free", None)), ("By donation.", ("donation", None)), ("£3 per session", ("paid", Decimal(3))),
        ("£7.50", ("paid", Decimal("7.50"))), ("Most of our services are free", None), ("£25 a year", None),
        ("The first session is FREE. Then £5", None),
    ],
)  # fmt: skip
def test_only_a_plain_price_is_a_price(text: str, price: tuple[str, Decimal | None] | None) -> None:
    assert certain.price_in(text) == price


def test_languages_are_known_by_name_or_not_at_all() -> None:
    assert certain.languages_in("Punjabi, Urdu and English") == ("en", "pa", "ur")
    assert certain.languages_in("BSL") == ("bsl",)
    assert certain.languages_in("Urdu and some others") == ()


def test_ways_to_join_and_sex_are_read_only_where_plain() -> None:
    assert certain.joining_in("Self-referral") == ("self_refer",)
    assert certain.joining_in("Open door") == ("drop_in",)
    assert certain.joining_in("Foodbank Voucher") == ()
    assert certain.audience_in("Women only") == ("women_only",)
    assert certain.audience_in("women and men") == ()
    assert [certain.yes_or_no(text) for text in ("True", "no", "perhaps")] == [True, False, None]
