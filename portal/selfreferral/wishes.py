"""The form "Tell me when there is space"."""

from portal.core.forms import KeyedForm, email_field
from portal.core.i18n import lazy_gettext as _l


class WishForm(KeyedForm):
    """One e-mail address."""

    email = email_field(_l("E-mail address"))
