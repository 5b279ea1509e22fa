"""What somebody types who shows that they are of an organisation: an account of their own, and the code that was read to them."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.core.forms import PageForm, new_password_field, own_name_field
from portal.core.plain import one_line


class NewAccountForm(PageForm):
    """A new account, whose address a link has confirmed."""

    name = own_name_field()
    password = new_password_field(_l("A password"))


class CodeForm(PageForm):
    """A code that went to what is on record."""

    code = StringField(
        _l("The code"),
        filters=[one_line],
        validators=[DataRequired(_l("Enter the code")), Length(max=20, message=_l("Enter the 8 digits of the code"))],
    )
