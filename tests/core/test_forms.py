"""What forms of all pages share."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.core.forms import FORM_KEY, KeyedForm, contact_field, email_field, key_of
from portal.core.i18n import lazy_gettext as _l


class Asked(KeyedForm):
    email = email_field(_l("E-mail address"))
    contact = contact_field()


def _asked(app: Flask, **typed: str) -> Asked:
    with app.test_request_context(method="POST", data=typed):
        form = Asked(MultiDict(typed), meta={"csrf": False})
        form.validate()
        return form


def test_a_key_that_is_none_is_made_anew_and_one_that_is_stays(sqlite_app: Flask) -> None:
    assert key_of("k" * 32) == "k" * 32
    for sent in (None, "", "short", "<script>" * 8, "k" * 65):
        assert FORM_KEY.fullmatch(key_of(sent)) and key_of(sent) != sent
    assert _asked(sqlite_app, key="k" * 32).key.data == "k" * 32


@pytest.mark.parametrize("email", ["", "sam", "sam@", "@example.org", "sam@example", "a" * 260 + "@example.org"])
def test_what_is_no_address_is_said_at_its_field(sqlite_app: Flask, email: str) -> None:
    form = _asked(sqlite_app, email=email)
    assert [field for field, _sentence in form.problems()] == ["email"]


@pytest.mark.parametrize("contact", ["", "0116 496 0123", "+44 7700 900982", "sam@people.example.org"])
def test_a_contact_is_a_number_an_address_or_nothing(sqlite_app: Flask, contact: str) -> None:
    assert _asked(sqlite_app, email="sam@people.example.org", contact=contact).problems() == []


@pytest.mark.parametrize("contact", ["12", "sam at example", "@", "1" * 16])
def test_anything_else_is_no_contact(sqlite_app: Flask, contact: str) -> None:
    form = _asked(sqlite_app, email="sam@people.example.org", contact=contact)
    assert form.problems() == [("contact", "Enter a phone number or an e-mail address, like 07700 900 982")]


def test_what_an_action_found_wrong_stands_beside_what_the_form_found(sqlite_app: Flask) -> None:
    form = _asked(sqlite_app, email="sam@people.example.org")
    form.refuse("email", "Nobody has this address.")
    assert form.problems() == [("email", "Nobody has this address.")]
