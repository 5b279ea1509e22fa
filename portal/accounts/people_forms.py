"""Forms about people: invite, join, ask for and set a new password, another e-mail address."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField
from wtforms.validators import DataRequired

from portal.accounts.roles import ROLES, Role
from portal.core.forms import KeyedForm, PageForm, email_field, new_password_field, own_name_field


class InviteForm(KeyedForm):
    """Whom to invite, and as what. Give it the roles that may be chosen."""

    email = email_field(_l("E-mail address"))
    role = RadioField(_l("What may they do?"), validators=[DataRequired(_l("Choose what they may do"))])

    def choose(self, roles: list[Role]) -> None:
        """The roles to choose from."""
        self.role.choices = [(one.value, str(ROLES[one].label)) for one in roles]

    @property
    def chosen(self) -> Role:
        """The role that was chosen."""
        return Role(self.role.data)


class JoinForm(PageForm):
    """A new account by an invitation."""

    name = own_name_field()
    password = new_password_field(_l("A password"))


class AskPasswordForm(PageForm):
    """Where to send the link for a new password."""

    email = email_field(_l("Your e-mail address"))


class NewPasswordForm(PageForm):
    """The new password."""

    password = new_password_field(_l("A new password"))


class EmailForm(PageForm):
    """Another address, with the password for who has one."""

    email = email_field(_l("Your new e-mail address"))
    password = PasswordField(_l("Your password"))
