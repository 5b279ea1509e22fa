"""The form for a website that may show our listings."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.core.form_fields import Choice, Select, Ticks, line
from portal.core.forms import VersionedForm
from portal.core.i18n import offered_locales
from portal.core.plain import plain
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
NEEDED = _l("Choose one of the answers")


DISTANCES = {"": _l("Whole area"), **{one.id: one.label for one in BY_NAME["within"].values if one.id != "all"}}


class WidgetForm(VersionedForm):
    """A website: its name, its addresses, and how a widget on it begins. Ticks of filters stand beside it: see `told`."""

    name = line(_l("Name of the website"), needed=_l("Enter a name"), longest=100)
    sites = TextAreaField(
        _l("Addresses of the website"),
        filters=[plain],
        validators=[Length(max=LONGEST_SITES, message=_l("Use 20 addresses or fewer"))],
    )
    allows_local = BooleanField(_l("Also show it in pages on one’s own machine (localhost), to try it out"))
    q = line(_l("Words"), longest=LONGEST_WORDS)
    near = line(_l("Postcode or place"), longest=LONGEST_PLACE)
    within = Select(_l("Distance"), DISTANCES, default="")
    languages = Ticks(_l("Languages"))
    first = Select(_l("Language to begin with"), needed=NEEDED)
    colours = Choice(_l("Colours"), {one.id: one.label for one in colours.SETS}, needed=NEEDED)
    is_on = BooleanField(_l("Switched on"))

    read: Sequence[str] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in (self.languages, self.first):
            field.offer(_languages())

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

    def validate_near(self, field: StringField) -> None:
        """A place that a search would find."""
        if not field.data or len(field.data) > LONGEST_PLACE:
            return
        found = locate(field.data)
        if not isinstance(found, Place):
            raise ValidationError(found.sentence)

    def told(self, ticked: Mapping[str, Sequence[str]]) -> Told:
        """What was typed. `ticked`: the form as it was sent, for the ticks of filters."""
        wanted = {name: list(ticked.get(name, ())) for name in starting.SEVERAL}
        own = {"q": [self.q.data or ""], "near": [self.near.data or ""], "within": [self.within.data or ""]}
        first, every = self.first.data, list(_languages())
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


def _languages() -> dict[str, str]:
    return {one.code: one.own_name for one in offered_locales()}


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
