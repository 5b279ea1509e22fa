"""Numbers as people read them and as telephones dial them; web and mail addresses that can be linked to."""

import pytest

from portal.directory.addresses import email_address, web_address
from portal.directory.telephones import telephone


@pytest.mark.parametrize(
    ("typed", "text", "link"),
    [
        ("01164960142", "0116 496 0142", "tel:+44-116-496-0142"),
        ("+44 (0)116 496 0142", "0116 496 0142", "tel:+44-116-496-0142"),
        ("116 123", "116 123", "tel:116123"),
        ("999", "999", "tel:999"),
        ("+33 1 42 68 53 00", "+33 1 42 68 53 00", "tel:+33-1-42-68-53-00"),
        ("0116 496 0142 ext 4", "0116 496 0142 x4", "tel:+44-116-496-0142;ext=4"),
        ("ask at the desk", "ask at the desk", None),
        ("12", "12", None),
        ("javascript:alert(1)", "javascript:alert(1)", None),
    ],
)
def test_a_number_is_shown_in_its_national_form(typed, text, link):
    told = telephone(typed)
    assert (told.text, told.link) == (text, link)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("a.example", "https://a.example"),
        ("//a.example", None),
        ("ftp://a.example", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_linked(typed, told):
    assert web_address(typed) == told


@pytest.mark.parametrize("typed", ["a b@c.example", "a@b", "a@b.c?bcc=x@y.z", "<a@b.example>", "", None])
def test_what_is_no_mail_address_is_not_linked(typed):
    assert email_address(typed) is None
