"""What the buttons of a list send, and where to send a list."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from portal.codes import phones
from portal.core.forms import KeyedForm
from portal.core.plain import one_line
from portal.notifications.notification import Recipient
from portal.shortlists.cookie import MOST
from portal.shortlists.emails import email_address


def ids_in(values: Iterable[str]) -> tuple[UUID, ...]:
    """The ids among what was sent, each once, as many as a list can hold. What is no id is left out."""
    found: dict[UUID, None] = {}
    for value in values:
        if len(found) >= MOST:
            break
        try:
            found[UUID(value)] = None
        except ValueError:
            continue
    return tuple(found)


class SendForm(KeyedForm):
    """Where a list goes: asked once, shown once more to be confirmed. `key` lets it go once."""

    to = StringField(filters=[one_line])

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.address: str | None = None

    @property
    def address_shown(self) -> str:
        """The address as the person may check it."""
        return self.address or ""

    def recipient(self, locale: str) -> Recipient:
        """Whom the list goes to."""
        raise NotImplementedError


class PhoneForm(SendForm):
    """A mobile phone."""

    to = StringField(_l("Mobile phone number"), filters=[one_line])

    def validate_to(self, field: StringField) -> None:
        """A mobile phone of the country."""
        self.address = phones.mobile(field.data or "")
        if self.address is None:
            raise ValidationError(_("Enter a UK mobile phone number, like 07700 900 982"))

    @property
    def address_shown(self) -> str:
        """The number in groups."""
        return phones.shown(self.address) if self.address else ""

    def recipient(self, locale: str) -> Recipient:
        """The phone."""
        return Recipient(phone=self.address, locale=locale)


class EmailForm(SendForm):
    """An e-mail address."""

    to = StringField(_l("E-mail address"), filters=[one_line])

    def validate_to(self, field: StringField) -> None:
        """An address as they are written."""
        self.address = email_address(field.data or "")
        if self.address is None:
            raise ValidationError(_("Enter an e-mail address, like name@example.org"))

    def recipient(self, locale: str) -> Recipient:
        """The address."""
        return Recipient(email=self.address, locale=locale)
