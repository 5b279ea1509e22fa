"""The forms of curators: a page, a section of it, and what is done at one press."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from wtforms import Field, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from portal.accounts.models import User
from portal.bundles.actions import BundleTold, SectionTold
from portal.bundles.models import Bundle, BundleSection
from portal.bundles.words import LONGEST_REVIEW_DAYS, LONGEST_TEXT, LONGEST_TITLE, MOST_SHOWN
from portal.codes.dates import DateField
from portal.core import clock
from portal.core.form_fields import Select, Ticks, line, words
from portal.core.forms import ShownVersion, VersionedForm
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import offered_locales
from portal.directory.asking import LONGEST_PLACE
from portal.directory.filters import BY_NAME
from portal.directory.languages import LANGUAGE_VALUES, name_of
from portal.geography.models import NeighbourhoodSet
from portal.geography.places import Place
from portal.geography.queries import locate

FILTERS = ("join", "cost", "access", "how", "who", "language")
"""Filters of the search that a section may set, by name. Those of time are left to the reader."""
CHOOSE = _l("Choose one of the list")


def _area(label: LazyString, hint: LazyString | str = "") -> TextAreaField:
    return words(label, hint, longest=LONGEST_TEXT, rows=4)


class BundleForm(VersionedForm):
    """A page: its words, place, owner and review date."""

    title = line(
        _l("Title"),
        _l("A situation in life and a place: Older and living alone in Rowley Regis"),
        needed=_l("Enter a title"),
        longest=LONGEST_TITLE,
    )
    area = Select(
        _l("Area whose curators look after it"),
        needed=CHOOSE,
        description=_l("People of that area see it in their list."),
    )
    near = line(
        _l("Where it searches"),
        _l("A town, a place or a postcode"),
        needed=_l("Enter a town, a place or a postcode"),
        longest=LONGEST_PLACE,
    )
    lang = Select(_l("Language of your words"), needed=CHOOSE)
    intro = _area(_l("First words"), _l("Two or three short sentences. What is here, and that it is all right to ask."))
    carer_intro = _area(
        _l("First words for somebody who looks after a person"), _l("Left empty, they read the first words above.")
    )
    kept_by = line(
        _l("Who keeps this page, as readers see it"),
        _l("A team or a service, not a person’s name"),
        needed=_l("Enter who keeps this page"),
        longest=120,
    )
    owner = Select(_l("Who is reminded to review it"), needed=CHOOSE)
    review_by = DateField(
        _l("Review it by"), lambda _form, field: _ahead(field), needed=_l("Enter the date of the next review"),
        hint=_l("Within a year. For example, 1 4 2027"),
    )  # fmt: skip

    def offer(self, areas: Iterable[NeighbourhoodSet], owners: Iterable[User], bundle: Bundle | None = None) -> None:
        """Fill the lists, and the fields from a page that stands."""
        self.area.offer({one.slug: one.area for one in areas})
        people = list(owners)
        if bundle is not None and bundle.owner is not None and bundle.owner not in people:
            people.append(bundle.owner)
        self.owner.offer({str(one.id): one.name for one in people})
        self.lang.offer(languages(bundle.lang if bundle is not None else None))

    def validate_near(self, field: Field) -> None:
        """A place that a search understands."""
        found = locate(field.data or "")
        if not isinstance(found, Place):
            raise ValidationError(_("Enter a full UK postcode or a town, like LE2 0QB or Camden Town"))

    def told(self) -> BundleTold:
        """What was typed."""
        assert self.review_by.data is not None
        return BundleTold(
            title=self.title.data or "", area=self.area.data, near=self.near.data or "", intro=self.intro.data or "",
            carer_intro=self.carer_intro.data or "", lang=self.lang.data, kept_by=self.kept_by.data or "",
            owner_id=UUID(self.owner.data) if self.owner.data else None, review_by=self.review_by.data,
        )  # fmt: skip


class SectionForm(VersionedForm):
    """One section: its words, and what it searches for."""

    title = line(
        _l("Heading"),
        _l("Like: Company and somebody to talk to"),
        needed=_l("Enter a heading"),
        longest=LONGEST_TITLE,
    )
    text = _area(_l("A sentence or two under it"))
    carer_title = line(_l("Heading for somebody who looks after a person"), longest=LONGEST_TITLE)
    carer_text = _area(_l("A sentence or two for them"), _l("Left empty, they read the words above."))
    needs = Ticks(
        _l("What it looks for"),
        validators=[DataRequired(_l("Choose at least one thing that it looks for"))],
        look="ticks--columns",
        has_names=True,
    )
    within = Select(_l("How far away"))
    most = Select(_l("How many are shown"), needed=CHOOSE)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.needs.offer({one.id: one.label for one in BY_NAME["topic"].values})
        distances = {one.id: one.label for one in BY_NAME["within"].values if one.id != "all"}
        self.within.offer({"": _l("Whole area"), **distances})
        self.most.offer({str(number): str(number) for number in range(1, MOST_SHOWN + 1)})
        self.within.data = self.within.data or ""

    def told(self, filters: dict[str, list[str]]) -> SectionTold:
        """What was typed, with the ticks of filters that stand beside the form."""
        return SectionTold(
            title=self.title.data or "", text=self.text.data or "", carer_title=self.carer_title.data or "",
            carer_text=self.carer_text.data or "", needs=list(self.needs.data or ()), filters=filters,
            within=self.within.data or "", most=int(self.most.data),
        )  # fmt: skip


class PressForm(ShownVersion):
    """What is done at one press."""


def ticked(sent: dict[str, list[str]]) -> dict[str, list[str]]:
    """The ticks of filters in what was sent; what is no value of a filter is left out."""
    told = {name: [one for one in BY_NAME[name].ids if one in sent.get(name, ())] for name in FILTERS}
    return {name: values for name, values in told.items() if values}


def of_bundle(bundle: Bundle) -> dict[str, Any]:
    """The fields of a page's form as it stands."""
    names = ("title", "area", "near", "lang", "intro", "carer_intro", "kept_by", "review_by")
    owner = str(bundle.owner_id) if bundle.owner_id else ""
    return {**{name: getattr(bundle, name) for name in names}, "owner": owner, "version": str(bundle.version)}


def of_section(section: BundleSection) -> dict[str, Any]:
    """The fields of a section's form as it stands."""
    names = ("title", "text", "carer_title", "carer_text", "needs", "within")
    most, version = str(section.most), str(section.bundle.version)
    return {**{name: getattr(section, name) for name in names}, "most": most, "version": version}


def languages(chosen: str | None = None) -> dict[str, str]:
    """Languages that texts may be in, by code: those of the site, then those that people here speak."""
    own = {one.code: one.own_name for one in offered_locales()}
    codes = [code for code in LANGUAGE_VALUES if code not in own and code != "bsl"]
    codes += [chosen] if chosen and chosen not in {*own, *codes} else []
    return {**own, **{code: name_of(code) for code in codes}}


def _ahead(field: DateField) -> None:
    if field.data is None:
        return
    if field.data <= clock.today():
        raise ValidationError(_("Choose a date that is still to come"))
    if field.data > clock.today() + timedelta(days=LONGEST_REVIEW_DAYS):
        raise ValidationError(_("Choose a date within a year"))
