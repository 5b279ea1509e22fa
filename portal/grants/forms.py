"""The forms below /grants: a round, a grant, and what was done in a quarter."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, Field, IntegerField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from portal.codes.dates import DateField, day_field
from portal.core.form_fields import Select, Suggested, Ticks, line, words
from portal.core.forms import VersionedForm
from portal.core.i18n import lazy_gettext as _l
from portal.core.wording import comma_list
from portal.directory.models import Service
from portal.geography.models import NeighbourhoodSet
from portal.grants.actions import GrantTold, ReportTold, RoundTold
from portal.grants.amounts import Unclear, pence_of
from portal.grants.communities import COMMUNITIES
from portal.organisations.models import Organization
from portal.partners.queries import organisation_named

MOST = 100_000
"""Sessions, or people, of one quarter."""
COLUMNS: Mapping[str, Any] = {"look": "ticks--columns", "has_names": True}


class _Whole(IntegerField):
    """A whole number. `sentence` names what is counted: it is said of nothing, and of what is no number."""

    def __init__(self, label: LazyString, sentence: LazyString, hint: LazyString | None = None, **options: Any) -> None:
        checks = [InputRequired(sentence), NumberRange(0, MOST, _l("Use 0 to 100,000"))]
        shown = {"inputmode": "numeric", "maxlength": 9}
        super().__init__(label, checks, description=hint or "", render_kw=shown, **options)
        self.sentence = sentence

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Raises ValueError with our own words for what is no number."""
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(str(self.sentence)) from problem


def _day(label: LazyString, needed: LazyString) -> DateField:
    return day_field(label, needed=needed, hint=_l("For example, 1 4 2027"))


class OrderedForm(VersionedForm):
    """A form whose fields stand on the page in another order than in the code."""

    order: tuple[str, ...] = ()
    """Names of fields as they stand on the page, so that problems are told in that order."""

    @property
    def shown(self) -> list[Field]:
        """The fields, in the order of the page."""
        places = {name: place for place, name in enumerate(self.order)}
        return sorted(super().shown, key=lambda field: places.get(field.name, -1))


class AmountForm(OrderedForm):
    """A form with an amount of money. `pence` is what was typed."""

    amount = line(
        _l("Amount"),
        _l("In pounds, like £5,000 or 5k. In public only a band is told."),
        needed=_l("Enter an amount, like £5,000"),
        longest=60,
    )
    pence = 0

    def validate_amount(self, field: Field) -> None:
        """An amount that is clear."""
        try:
            self.pence = pence_of(field.data or "")
        except Unclear as problem:
            raise ValidationError(str(problem)) from problem


class RoundForm(AmountForm):
    """A round of grants."""

    order = ("name", "area", "amount", "opens_on", "closes_on", "purpose")

    name = line(
        _l("Name of the round"), _l("Like: Warm welcome grants, winter 2026"), needed=_l("Enter a name"), longest=120
    )
    area = Select(_l("Area"), needed=_l("Choose an area"))
    purpose = words(
        _l("What it is for"), _l("A few sentences for colleagues. Leave out names of people."), longest=1_000, rows=4
    )
    opens_on = _day(_l("First day on which groups can ask"), _l("Enter the first day"))
    closes_on = _day(_l("Last day on which groups can ask"), _l("Enter the last day"))

    def __init__(self, sets: Iterable[NeighbourhoodSet], **options: Any) -> None:
        super().__init__(**options)
        self.amount.label.text = _("Money in the round")
        self.area.offer({one.slug: one.name for one in sets})

    def validate_closes_on(self, field: DateField) -> None:
        """Not before it opens."""
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_("The round cannot close before it opens"))

    def told(self) -> RoundTold:
        """What was typed."""
        return RoundTold(
            name=self.name.data, area=self.area.data, purpose=self.purpose.data or None, total_pence=self.pence,
            opens_on=self.opens_on.day, closes_on=self.closes_on.day,
        )  # fmt: skip


class GrantForm(AmountForm):
    """A grant. `organization` is what was read from the name of the group, where the form asks for it."""

    order = (
        "group", "name", "amount", "neighbourhoods", "communities", "starts_on", "ends_on", "promised_sessions",
        "promised_people", "services", "is_checked",
    )  # fmt: skip

    group = Suggested(
        _l("Group"), _l("Begin to type its name and choose it from the list, or type its whole name."),
        needed=_l("Enter the name of the group"), longest=250,
    )  # fmt: skip
    name = line(
        _l("What the grant is for"), _l("Like: Lunch club on Tuesdays"), needed=_l("Enter what it is for"), longest=160
    )
    neighbourhoods = Ticks(_l("Neighbourhoods"), **COLUMNS)
    communities = Ticks(_l("Whom it is meant for"), COMMUNITIES, **COLUMNS)
    starts_on = _day(_l("First day"), _l("Enter the first day"))
    ends_on = _day(_l("Last day"), _l("Enter the last day"))
    promised_sessions = _Whole(
        _l("Sessions promised in a quarter"), _l("Enter how many sessions are promised as a whole number, like 12")
    )
    promised_people = _Whole(
        _l("People promised in a quarter"), _l("Enter how many people are promised as a whole number, like 30")
    )
    services = Ticks(
        _l("Listings that it pays for"),
        description=_l("Their timetables are counted beside what was promised."),
        **COLUMNS,
    )
    is_checked = BooleanField(_l("I have checked: this is another grant, not the same one twice"))

    def __init__(
        self,
        area: NeighbourhoodSet | None,
        services: Iterable[Service],
        *,
        kept: Iterable[tuple[str, str]] = (),
        asks_group: bool,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        here = {str(one.id): one.name for one in (area.neighbourhoods if area else ())}
        here |= {key: name for key, name in kept if key not in here}
        self.neighbourhoods.offer(here)
        self.services.offer({str(one.id): one.name for one in services})
        self.organization: Organization | None = None
        if not asks_group:
            del self.group
        if not self.services.choices:
            del self.services

    def validate_group(self, field: Field) -> None:
        """One organisation that we know."""
        self.organization, like = organisation_named(field.data)
        if self.organization is not None:
            return
        name = field.data[:100]
        if not like:
            raise ValidationError(_("We have no organisation of the name “%(name)s”", name=name))
        if like[0].casefold() == name.casefold():
            told = _(
                "Several organisations are called “%(name)s”. Enter its number in its register instead.", name=name
            )
            raise ValidationError(told)
        raise ValidationError(
            _("No organisation has exactly this name. Do you mean: %(names)s?", names=comma_list(like))
        )

    def validate_neighbourhoods(self, field: Field) -> None:
        """One at least."""
        _some(field, _("Choose at least one neighbourhood"))

    def validate_communities(self, field: Field) -> None:
        """One at least."""
        _some(field, _("Choose at least one. If it is for all, choose “Everybody who lives there”."))

    def validate_ends_on(self, field: DateField) -> None:
        """Not before it starts."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The grant cannot end before it starts"))

    def told(self) -> GrantTold:
        """What was typed."""
        services = self.services.data if "services" in self else ()
        return GrantTold(
            name=self.name.data, amount_pence=self.pence, communities=tuple(self.communities.data),
            neighbourhood_ids=frozenset(map(UUID, self.neighbourhoods.data)), starts_on=self.starts_on.day,
            ends_on=self.ends_on.day, promised_sessions=self.promised_sessions.data,
            promised_people=self.promised_people.data, service_ids=frozenset(map(UUID, services or ())),
        )  # fmt: skip


class ReportForm(OrderedForm):
    """What was done in one quarter."""

    sessions = _Whole(
        _l("How many sessions were there?"), _l("Enter how many sessions there were as a whole number, like 12"),
        _l("0 if there was none."),
    )  # fmt: skip
    people = _Whole(
        _l("How many different people came?"), _l("Enter how many people came as a whole number, like 30"),
        _l("As near as you can. Numbers under 8 are shown to nobody but you."),
    )  # fmt: skip

    def told(self) -> ReportTold:
        """What was typed."""
        return ReportTold(sessions=self.sessions.data, people=self.people.data)


class VoidForm(VersionedForm):
    """Why a grant is void."""

    reason = words(
        _l("What was the mistake?"),
        _l("For colleagues. Leave out names of people."),
        needed=_l("Say what the mistake was"),
        longest=500,
    )


def _some(field: Field, sentence: str) -> None:
    if not field.data:
        raise ValidationError(sentence)
