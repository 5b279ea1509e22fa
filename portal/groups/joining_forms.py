"""What may be typed by somebody who joins."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.forms import KeyedForm, PageForm, email_field
from portal.core.plain import one_line, plain
from portal.registers.queries import plain_postcode

LONGEST_NAME = 250
LONGEST_NOTE = 1_000
LINK = re.compile(
    r"://|www\.|@|\w\.(?:com|net|org|uk|info|biz|io|co|me|ru|xyz|top|site|online|shop|link|click)\b", re.IGNORECASE
)
"""Signs of a web or e-mail address in a name. A stranger's words go into mails, where programs make links of such."""


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: a number, or a name with perhaps a postcode. `problems`: ids of fields and sentences."""

    number: str = ""
    name: str = ""
    postcode: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether something was asked at all."""
        return bool(self.number or self.name or self.postcode)

    def problems(self) -> list[tuple[str, str]]:
        """What is wrong with it."""
        if not self.number and not self.name:
            return [("name", _("Enter a number, or the name of your group"))]
        if not self.number and self.postcode and plain_postcode(self.postcode) is None:
            return [("postcode", _("Enter a full UK postcode, like LE2 0QB, or leave it empty"))]
        return []


def asked(values: dict[str, str]) -> Asked:
    """What a page was asked for, made plain."""
    return Asked(
        one_line(values.get("number"))[:40],
        one_line(values.get("name"))[:LONGEST_NAME],
        one_line(values.get("postcode"))[:20],
    )


def _no_link(_form: FlaskForm, field: StringField) -> None:
    if LINK.search(field.data or ""):
        raise ValidationError(_("Enter the name without a web address or an e-mail address"))


class AskForm(KeyedForm):
    """To look after an organisation that is here: one's own address."""

    email = email_field(_l("Your e-mail address"), _l("Enter your e-mail address, like name@example.org"))


class AddForm(AskForm):
    """To add an organisation: its name as well. `sure`: it is none of those that are alike."""

    name = StringField(
        _l("Name of your organisation or group"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter the name of your group")),
            Length(max=LONGEST_NAME, message=_l("Use 250 characters or fewer")),
            _no_link,
        ],
    )
    postcode = HiddenField(filters=[one_line])
    sure = HiddenField()


class NoteForm(PageForm):
    """A word to the moderators."""

    note = TextAreaField(
        _l("How can we check that you are part of this group?"),
        filters=[plain],
        validators=[Length(max=LONGEST_NOTE, message=_l("Use 1,000 characters or fewer"))],
    )
