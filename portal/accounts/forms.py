"""What may be typed on the pages of one's own account. A password is taken as it is: pasted, with spaces, in any script."""

from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.accounts import passwords
from portal.accounts.models import User
from portal.core.forms import PageForm, email_field, own_name_field
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import offered_locales
from portal.core.plain import one_line

LONGEST_CODE = 40
LONGEST_CREDENTIAL = 20_000


class SignInForm(PageForm):
    """An address and a password."""

    email = email_field(_l("E-mail address"), _l("Enter your e-mail address, like name@example.org"))
    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Enter your password")),
            Length(max=passwords.LONGEST, message=_l("Use 200 characters or fewer.")),
        ],
    )
    next = HiddenField()

    def refuse_both(self) -> None:
        """The same words whatever was wrong, so that nobody learns which addresses have an account."""
        self.refuse("email", _("The e-mail address or the password is not right. Check both, then try again."))


class LinkForm(PageForm):
    """An address that a link is sent to."""

    email = email_field(_l("E-mail address"), _l("Enter your e-mail address, like name@example.org"))
    next = HiddenField()


class CodeForm(PageForm):
    """A code from an app, or a recovery code. `setup`: what lies behind a code that is tried for the first time."""

    code = StringField(
        _l("Code"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter the code")),
            Length(max=LONGEST_CODE, message=_l("Enter the code, without anything around it")),
        ],
    )
    setup = HiddenField(validators=[Length(max=1_000)])


class PasskeyForm(PageForm):
    """What a passkey answered, and where to go. `name`: what a new one is called."""

    credential = HiddenField(
        validators=[
            InputRequired(_l("Your browser did not use a passkey. Try again, or sign in another way.")),
            Length(max=LONGEST_CREDENTIAL),
        ]
    )
    name = StringField(
        _l("A name for it"),
        filters=[one_line],
        validators=[Length(max=60, message=_l("Use 60 characters or fewer"))],
    )
    next = HiddenField()


class RenameForm(PageForm):
    """What a passkey is called."""

    name = StringField(
        _l("A name for it"),
        filters=[one_line],
        validators=[DataRequired(_l("Enter a name")), Length(max=60, message=_l("Use 60 characters or fewer"))],
    )


class ProveForm(PageForm):
    """The password once more, before something that matters."""

    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password")), Length(max=passwords.LONGEST)],
    )
    next = HiddenField()


class DetailsForm(PageForm):
    """Name and language."""

    name = own_name_field()
    locale = SelectField(_l("Language of messages to you"))

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.locale.choices = [SelectChoice(one.code, one.own_name) for one in offered_locales()]


class NewPasswordForm(PageForm):
    """The password that was, and a new one. It is typed once: the page can show it."""

    old_password = PasswordField(_l("Your password now"), validators=[Length(max=passwords.LONGEST)])
    new_password = PasswordField(_l("New password"), validators=[InputRequired(_l("Enter a new password"))])

    def __init__(self, user: User, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.user = user

    def validate_old_password(self, field: PasswordField) -> None:
        """Asked for where there is one."""
        if self.user.password_hash and not field.data:
            raise ValidationError(_("Enter your password now"))

    def validate_new_password(self, field: PasswordField) -> None:
        """Not too easy, and not the same."""
        if not field.data:
            return
        if field.data == self.old_password.data:
            raise ValidationError(_("Choose a password that differs from the one you have now."))
        if (sentence := passwords.problem_with(field.data, passwords.words_of(self.user))) is not None:
            raise ValidationError(sentence)
