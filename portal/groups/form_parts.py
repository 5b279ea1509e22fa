"""What forms of facts are made of."""

from typing import Any

from wtforms import StringField

from portal.core import form_fields
from portal.core.form_fields import Words
from portal.core.forms import PageForm
from portal.core.i18n import lazy_gettext as _l

YES_NO = {"": _l("Not told"), "yes": _l("Yes"), "no": _l("No")}


class FactForm(PageForm):
    """What forms of facts share."""

    def put(self, value: Any) -> None:
        """Fill the fields from a value of the fact."""
        raise NotImplementedError

    def told(self, standing: Any) -> Any:
        """The value of the fact that was typed."""
        raise NotImplementedError


def line(label: Words, longest: int, *checks: Any, hint: Words = "", **shown: Any) -> StringField:
    """A line of words about one's own listing: unlike staff who write about others, a browser may offer what was typed before."""
    return form_fields.line(label, hint, *checks, longest=longest, **{"autocomplete": None, **shown})


def pairs_of(field: Any) -> list[tuple[str, str]]:
    """The answers of a field as pairs of values and words."""
    return [(one.value, str(one.label)) for one in field.choices]
