"""Forms about people: invite, join, ask for and set a new password, another e-mail address."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.accounts.roles import ROLES, Role
from portal.core.plain import is_email, one_line

LONGEST_EMAIL = 254
LONGEST_NAME = 100


class PeopleForm(FlaskForm):
    """What the forms here share."""

    def problems(self) -> list[tuple[str, str]]:
        """Ids of fields and what is wrong with each, in the order of the page."""
        return [(field.id, str(field.errors[0])) for field in self if field.errors and field.type != "CSRFTokenField"]

    def say(self, field: str, sentence: str) -> None:
        """Note what an action said about a field."""
        self[field].errors = [sentence]


def _whole_email(_form: FlaskForm, field: StringField) -> None:
    if not is_email(field.data or ""):
        raise ValidationError(_("Enter an e-mail address, like name@example.org"))


def email_field(label: LazyString) -> StringField:
    """A field for one e-mail address."""
    return StringField(
        label,
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter an e-mail address, like name@example.org")),
            Length(max=LONGEST_EMAIL, message=_l("Use 254 characters or fewer")),
            _whole_email,
        ],
    )


class InviteForm(PeopleForm):
    """Whom to invite, and as what. Give it the roles that may be chosen."""

    email = email_field(_l("E-mail address"))
    role = RadioField(_l("What may they do?"), validators=[DataRequired(_l("Choose what they may do"))])
    key = HiddenField()

    def choose(self, roles: list[Role]) -> None:
        """The roles to choose from."""
        self.role.choices = [(one.value, str(ROLES[one].label)) for one in roles]

    @property
    def chosen(self) -> Role:
        """The role that was chosen."""
        return Role(self.role.data)


class JoinForm(PeopleForm):
    """A new account by an invitation."""

    name = StringField(
        _l("Your name"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter your name")),
            Length(max=LONGEST_NAME, message=_l("Use 100 characters or fewer")),
        ],
    )
    password = PasswordField(_l("A password"), validators=[DataRequired(_l("Enter a password"))])


class AskPasswordForm(PeopleForm):
    """Where to send the link for a new password."""

    email = email_field(_l("Your e-mail address"))


class NewPasswordForm(PeopleForm):
    """The new password."""

    password = PasswordField(_l("A new password"), validators=[DataRequired(_l("Enter a password"))])


class EmailForm(PeopleForm):
    """Another address, with the password for who has one."""

    email = email_field(_l("Your new e-mail address"))
    password = PasswordField(_l("Your password"))
