"""The form for a website that may show our listings."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.forms import VersionedForm
from portal.core.i18n import offered_locales
from portal.core.plain import one_line, plain
from portal.directory.asking import LONGEST_PLACE, LONGEST_WORDS, request_from
from portal.directory.filters import BY_NAME
from portal.geography.places import Place
from portal.geography.queries import locate
from portal.widget import colours, starting
from portal.widget.actions import Told
from portal.widget.models import WidgetKey
from portal.widget.sites import WrongSite, site_of

MOST_SITES = 20
LONGEST_SITES = 4_000


def _distances() -> list[tuple[str, object]]:
    return [("", _l("Whole area")), *((one.id, one.label) for one in BY_NAME["within"].values if one.id != "all")]


def _languages() -> list[tuple[str, str]]:
    return [(one.code, one.own_name) for one in offered_locales()]


class OneOf(SelectField):
    """One of a few things. What is none of them is refused in our words."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the choices."""
        _check({self.data}, self)


class SomeOf(SelectMultipleField):
    """Some of a few things, likewise."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the choices."""
        _check(set(self.data or ()), self)


def _check(told: set[str], field: SelectField | SelectMultipleField) -> None:
    if told - {choice.value for choice in field.iter_choices()}:
        raise ValidationError(_("Choose one of the list"))


class WidgetForm(VersionedForm):
    """A website: its name, its addresses, and how a widget on it begins. Ticks of filters stand beside it: see `told`."""

    name = StringField(
        _l("Name of the website"),
        filters=[one_line],
        validators=[DataRequired(_l("Enter a name")), Length(max=100, message=_l("Use 100 characters or fewer"))],
    )
    sites = TextAreaField(
        _l("Addresses of the website"),
        filters=[plain],
        validators=[Length(max=LONGEST_SITES, message=_l("Use 20 addresses or fewer"))],
    )
    allows_local = BooleanField(_l("Also show it in pages on one’s own machine (localhost), to try it out"))
    q = StringField(_l("Words"), filters=[one_line])
    near = StringField(_l("Postcode or place"), filters=[one_line])
    within = OneOf(_l("Distance"), choices=_distances, default="")
    languages = SomeOf(_l("Languages"), choices=_languages)
    first = OneOf(_l("Language to begin with"), choices=_languages)
    colours = OneOf(_l("Colours"), choices=lambda: [(one.id, one.label) for one in colours.SETS])
    is_on = BooleanField(_l("Switched on"))

    read: Sequence[str] = ()

    def validate_sites(self, field: TextAreaField) -> None:
        """One address a line, each an origin that can be allowed."""
        lines = [line for line in (field.data or "").split() if line]
        if len(lines) > MOST_SITES:
            raise ValidationError(_("Use %(most)s addresses or fewer", most=MOST_SITES))
        try:
            self.read = list(dict.fromkeys(site_of(line) for line in lines))
        except WrongSite as problem:
            raise ValidationError(problem.sentence) from problem
        if not self.read and not self.allows_local.data:
            raise ValidationError(_("Enter at least one address"))

    def validate_q(self, field: StringField) -> None:
        """As many words as a search takes."""
        if len(field.data or "") > LONGEST_WORDS:
            raise ValidationError(_("Use %(most)s characters or fewer", most=LONGEST_WORDS))

    def validate_near(self, field: StringField) -> None:
        """A place that a search would find."""
        if not field.data:
            return
        found = locate(field.data) if len(field.data) <= LONGEST_PLACE else None
        if not isinstance(found, Place):
            raise ValidationError(found.sentence if found is not None else _("Use 120 characters or fewer"))

    def told(self, ticked: Mapping[str, Sequence[str]]) -> Told:
        """What was typed. `ticked`: the form as it was sent, for the ticks of filters."""
        wanted = {name: list(ticked.get(name, ())) for name in starting.SEVERAL}
        own = {"q": [self.q.data or ""], "near": [self.near.data or ""], "within": [self.within.data or ""]}
        first, every = self.first.data, [code for code, _name in _languages()]
        others = self.languages.data or ([] if first == every[0] else every)
        return Told(
            name=self.name.data,
            sites=self.read,
            filters=starting.kept(request_from({**wanted, **own})),
            languages=list(dict.fromkeys((first, *others))) if others else [],
            colours=self.colours.data,
            is_on=self.is_on.data,
            allows_local=self.allows_local.data,
        )


def shown(widget: WidgetKey | None) -> dict[str, object]:
    """A website as the form shows it; with None, one to be added."""
    if widget is None:
        return {"is_on": True, "colours": colours.OURS, "first": offered_locales()[0].code}
    filters = widget.filters
    return {
        "name": widget.name,
        "sites": "\n".join(widget.sites),
        "allows_local": widget.allows_local,
        "q": filters.get("q", ""),
        "near": filters.get("near", ""),
        "within": filters.get("within", ""),
        "languages": widget.languages,
        "first": widget.languages[0] if widget.languages else offered_locales()[0].code,
        "colours": widget.colours,
        "is_on": widget.is_on,
        "version": str(widget.version),
    }
