import pytest

from portal.importing.contacts import charity_number, email_address, telephone_numbers, web_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("www.mcf.org.uk", "http://www.mcf.org.uk"),
        ("https://a.example/b?c=1", "https://a.example/b?c=1"),
        ("javascript:alert(1)", None),
        ("http//:www.hope.org", None),
        ("ftp://files.org", None),
        ("http://user:pass@bank.org", None),
        ("not an address", None),
        ("http://a.org/<script>", None),
        ("http://[bad", None),
    ],
)
def test_only_usable_web_addresses_are_kept(text: str, address: str | None) -> None:
    assert web_address(text) == address


def test_examples_and_dramas_are_nobodys_address_or_number() -> None:
    assert email_address("hello@larkfield.org.uk") == "hello@larkfield.org.uk"
    assert email_address("redacted@example.org") is None
    assert email_address("a b@c") is None
    assert telephone_numbers("07700 900000") == []


def test_numbers_are_written_as_in_britain_even_where_a_sheet_ate_the_nought() -> None:
    assert telephone_numbers("0161-912-2122 / 01616672400") == ["0161 912 2122", "0161 667 2400"]
    assert telephone_numbers("1619122122") == ["0161 912 2122"]
    assert telephone_numbers("116 123") == ["116 123"]
    assert telephone_numbers("45231") == []


@pytest.mark.parametrize(
    ("text", "register"),
    [
        ("1000003", ("GB-CHC", "1000003")), ("210843", ("GB-CHC", "210843")), ("SC012345", ("GB-SC", "SC012345")),
        ("NI100016", ("GB-NIC", "NI100016")), ("GB-NIC-100016", ("GB-NIC", "NI100016")), ("45231", None), ("1.14E+06", None),
        ("00738693", None),
    ],
)  # fmt: skip
def test_a_charity_number_tells_its_register_by_its_shape(text: str, register: tuple[str, str] | None) -> None:
    assert charity_number(text) == register
