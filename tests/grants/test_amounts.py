import pytest
from flask import Flask

from portal.grants.amounts import BANDS, MOST_PENCE, Unclear, band, pence_of

CLEAR = {
    "£5,000": 500_000,
    "5000": 500_000,
    "5k": 500_000,
    "£5K": 500_000,
    "5,000.50": 500_050,
    "12.5k": 1_250_000,
    "£ 1 200": 120_000,
    "GBP 300": 30_000,
    "300 pounds": 30_000,
    "1.2m": 120_000_000,
    "2 thousand": 200_000,
    "£０.５０": 50,
    "０5": 500,
}
UNCLEAR = (
    "", "lots", "-5", "£", "5,00", "1.234", "0", "£0.00", "5k5", "1e9", "NaN", "Infinity", "٥", "5,000,0", "9" * 5000, "£200m",
    "=5000", "<b>5</b>", "5000 euros", "100000001",
)  # fmt: skip


@pytest.mark.parametrize("typed", CLEAR)
def test_amounts_are_read_as_people_type_them(sqlite_app: Flask, typed: str) -> None:
    assert pence_of(typed) == CLEAR[typed]


@pytest.mark.parametrize("typed", UNCLEAR)
def test_what_is_no_amount_is_refused_with_a_sentence(sqlite_app: Flask, typed: str) -> None:
    with pytest.raises(Unclear, match=r"^(Enter|Use) "):
        pence_of(typed)


def test_a_band_tells_no_more_than_its_ends(sqlite_app: Flask) -> None:
    assert band(99_999) == "under £1,000"
    assert band(100_000) == band(499_999) == "£1,000 to £5,000"
    assert band(500_000) == "£5,000 to £10,000"
    assert band(MOST_PENCE) == "£1,000,000 or more"
    assert list(BANDS) == sorted(BANDS)
