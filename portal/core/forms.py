"""What forms of all pages share: how they say their problems, one-time keys, and fields that stand on many."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.clashes import Differs, differences
from portal.core.i18n import lazy_gettext as _l
from portal.core.numbers import whole_number
from portal.core.plain import is_email, one_line

LONGEST_EMAIL = 254
LONGEST_NAME = 100
MOST_SHOWN = 60
FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")


def new_key() -> str:
    """A one-time key for a form that is about to be shown."""
    return secrets.token_urlsafe(24)


def key_of(sent: str | None) -> str:
    """The one-time key that was sent; a new one where what was sent is none."""
    return sent if sent and FORM_KEY.fullmatch(sent) else new_key()


def typed_of(field: Field) -> str:
    """What stands in a box: what was typed, also where it was wrong, without what nobody sees; else what is on record."""
    if isinstance(field.data, str):
        return field.data
    typed = field.raw_data[0] if field.raw_data else None
    if isinstance(typed, str):
        return one_line(typed)[:MOST_SHOWN]
    return "" if field.data is None else str(field.data)


class PageForm(FlaskForm):
    """A form that is a page: its problems stand at the top, each with a link to its field."""

    clash: Sequence[Differs] | None = None
    """What differs, once somebody else was quicker to change the row of the form; None where nobody was."""

    @property
    def clash_status(self) -> int | None:
        """Of the page that shows the form: 409 where somebody was quicker."""
        return None if self.clash is None else 409

    def problems(self) -> list[tuple[str, str]]:
        """Ids of fields and what is wrong with each, in the order of the page."""
        return [(field.id, str(field.errors[0])) for field in self.shown if field.errors]

    @property
    def shown(self) -> list[Field]:
        """The fields without the token against forged requests."""
        return [field for field in self if field.type != "CSRFTokenField"]

    @property
    def drawn(self) -> list[Field]:
        """The fields that are seen, in the order of the page."""
        return [field for field in self.shown if field.type != "HiddenField"]

    def refuse(self, field: str, sentence: str) -> None:
        """Say at a field what an action found wrong, after the checks of the form itself."""
        self[field].errors = [*self[field].errors, sentence]


class KeyedForm(PageForm):
    """A form that makes something. Its one-time key is unique in the database, so that sending twice makes one."""

    key = HiddenField()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.key.data = key_of(self.key.data)


class ShownVersion(PageForm):
    """Of a form about a row that somebody else may change meanwhile. `version`: of the row that the page showed."""

    version = HiddenField(filters=[lambda told: one_line("" if told is None else str(told))])

    @property
    def seen_version(self) -> int:
        """The version that the page showed; 0 where there was no row yet; -1, which no row has, for what is no number."""
        told = whole_number(str(self.version.data or "0"))
        return -1 if told is None else told

    def clashes_with(self, standing: Mapping[str, Any], version: int, typed: Mapping[str, str] | None = None) -> None:
        """Keep what was typed, and say beside it what stands (see `differences`): sent again, it goes before `version`."""
        self.clash = differences(self.drawn, standing, typed)
        self.version.data = str(version)


class VersionedForm(ShownVersion, KeyedForm):
    """A form that makes a row, or changes one of which the page showed this version."""


class Email:
    """A check: what was typed is an e-mail address. Nothing typed is for other checks to judge."""

    def __init__(self, sentence: str | LazyString) -> None:
        self.sentence = sentence

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if field.data and not is_email(field.data):
            raise ValidationError(str(self.sentence))


class PhoneOrEmail(Email):
    """A check: what was typed is a telephone number or an e-mail address."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if not 10 <= len(re.sub(r"\D", "", field.data or "")) <= 15:
            super().__call__(form, field)


def email_field(label: LazyString, sentence: LazyString | None = None) -> StringField:
    """A field for one e-mail address that has to be given. `sentence` says so where it is missing or none."""
    told = sentence or _l("Enter an e-mail address, like name@example.org")
    length = Length(max=LONGEST_EMAIL, message=_l("Use 254 characters or fewer"))
    return StringField(label, filters=[one_line], validators=[DataRequired(told), length, Email(told)])


def own_name_field() -> StringField:
    """A field for the name of who makes an account or changes it."""
    length = Length(max=LONGEST_NAME, message=_l("Use 100 characters or fewer"))
    return StringField(_l("Your name"), filters=[one_line], validators=[DataRequired(_l("Enter your name")), length])


def new_password_field(label: LazyString) -> PasswordField:
    """A field for a password that is to be set. What makes one good is for `portal.accounts.passwords`."""
    return PasswordField(label, validators=[DataRequired(_l("Enter a password"))])


def contact_field() -> StringField:
    """A field for how to reach somebody who may want an answer: a telephone number, an e-mail address, or nothing."""
    length = Length(max=200, message=_l("Use 200 characters or fewer"))
    told = PhoneOrEmail(_l("Enter a phone number or an e-mail address, like 07700 900 982"))
    return StringField(_l("How to reach you, if you want an answer"), filters=[one_line], validators=[length, told])
