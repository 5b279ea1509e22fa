"""The forms: what visitors say, whether it helped, and what moderators make of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from portal.codes.dates import DateField
from portal.core import clock
from portal.core.form_fields import line, words
from portal.core.forms import KeyedForm, PageForm, ShownVersion, VersionedForm, contact_field
from portal.core.i18n import lazy_gettext as _l
from portal.core.plain import one_line
from portal.directory.help_first import FreeWords
from portal.geography.places import PlaceProblem
from portal.voice.kinds import ABOUT, AGAIN, ANSWERS, HELPED
from portal.voice.paths import Page, page_at
from portal.voice.places import Somewhere, Target, somewhere

LONGEST_WORDS = 500
LONGEST_DONE = 600
KEEP = "keep"
"""Of quotes: the one that stands, whose words may not be kept any more."""


@dataclass(frozen=True)
class Told:
    """What a visitor typed, made plain."""

    about: str
    words: str
    page: Page | None
    where: Somewhere
    may_show: bool
    contact: str | None
    form_key: str


class SayForm(FreeWords, KeyedForm):
    """One page: what it is about, words, a place and a contact if they like."""

    free = ("words",)

    page = HiddenField()
    about = RadioField(_l("What is it about?"), validate_choice=False)
    words = words(
        _l("What would help, or what is wrong?"),
        needed=_l("Say in a sentence what would help, or what is wrong"),
        longest=LONGEST_WORDS,
    )
    place = StringField(_l("Your neighbourhood or postcode"), filters=[one_line], validators=[Length(max=60)])
    may_show = BooleanField(_l("You may quote my words on this site, without my name"))
    contact = contact_field()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.about_kinds = list(ABOUT.items())
        self.where = Somewhere()
        self.about_page = page_at(self.page.data)
        self.page.data = self.about_page.path if self.about_page else ""

    def validate_about(self, field: RadioField) -> None:
        """One of the four."""
        if field.data not in ABOUT:
            raise ValidationError(_("Choose what it is about"))

    def validate_place(self, field: StringField) -> None:
        """A place that we know; of a postcode only the first half is kept."""
        found = somewhere(field.data or "")
        if isinstance(found, PlaceProblem):
            raise ValidationError(found.sentence)
        self.where = found

    def told(self) -> Told:
        """What was typed."""
        return Told(
            about=self.about.data,
            words=self.words.data,
            page=self.about_page,
            where=self.where,
            may_show=bool(self.may_show.data),
            contact=self.contact.data or None,
            form_key=str(self.key.data),
        )


class HelpedForm(FreeWords, PageForm):
    """Whether a first visit helped, whether they would go again, and words if they like."""

    free = ("words",)

    helped = RadioField(_l("Did going there help you?"), validate_choice=False)
    again = RadioField(_l("Would you go again?"), validate_choice=False)
    words = words(_l("Is there anything that you would like to say?"), longest=LONGEST_WORDS)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.helped_kinds, self.again_kinds = list(HELPED.items()), list(AGAIN.items())

    def validate_helped(self, field: RadioField) -> None:
        """One of the four."""
        if field.data not in HELPED:
            raise ValidationError(_("Choose whether it helped"))

    def validate_again(self, field: RadioField) -> None:
        """One of the three, or none."""
        if field.data and field.data not in AGAIN:
            raise ValidationError(_("Choose whether you would go again, or leave it empty"))


class ClearForm(PageForm):
    """What a moderator decides about words."""

    decision = RadioField(_l("What becomes of them?"), validate_choice=False)
    words = words(_l("Words that may be shown"), longest=LONGEST_WORDS)
    theme = SelectField(_l("Part of which theme?"), validate_choice=False)
    answer = RadioField(_l("What do we tell them?"), validate_choice=False)

    def __init__(self, *args: object, themes: dict[str, str], waits_for_answer: bool, **options: object) -> None:
        super().__init__(*args, **options)
        none = SelectChoice("", _("No theme yet"))
        self.theme.choices = [none, *(SelectChoice(value, label) for value, label in themes.items())]
        self.answer_kinds = list(ANSWERS.items())
        self._themes, self._waits = themes, waits_for_answer

    def validate_decision(self, field: RadioField) -> None:
        """Cleared or put aside."""
        if field.data not in {"clear", "aside"}:
            raise ValidationError(_("Choose what becomes of these words"))

    def validate_words(self, field: TextAreaField) -> None:
        """Something must be left of what is cleared."""
        if self.decision.data == "clear" and not field.data:
            raise ValidationError(_("Leave words that may be shown, or put them aside"))

    def validate_theme(self, field: SelectField) -> None:
        """One of the themes of the moderator's areas, or none."""
        if field.data and field.data not in self._themes:
            raise ValidationError(_("Choose one of your themes, or none"))

    def validate_answer(self, field: RadioField) -> None:
        """Who left a way to reach them is told something."""
        if self._waits and field.data not in ANSWERS:
            raise ValidationError(_("Choose what we tell them: they left a way to reach them"))


@dataclass(frozen=True)
class ThemeValues:
    """What a theme says, as it was typed. Without a neighbourhood it stands on every page of the area, the slug of a set.

    `quote`: the id of cleared words, `KEEP` for the quote that stands, or nothing.
    """

    said: str
    done: str | None
    done_on: date | None
    area: str
    neighbourhood_id: UUID | None
    board_decision_id: UUID | None
    quote: str


@dataclass(frozen=True)
class Choices:
    """What may be chosen for a theme: places by the value of their option, decisions of boards and cleared words by their ids."""

    places: Mapping[str, Target]
    decisions: Mapping[str, str]
    quotes: Mapping[str, str]


class StepForm(ShownVersion):
    """What is done with a theme at one press."""


class ThemeForm(VersionedForm):
    """One theme: what people said in our words, where, what was done and when, and who decided it."""

    said = line(_l("You said"), needed=_l("Say in a line what people said"), longest=160)
    where = SelectField(_l("Where is it shown?"), validate_choice=False)
    done = words(_l("We did"), longest=LONGEST_DONE)
    done_on = DateField(_l("When was it done?"))
    decided = SelectField(_l("Which decision of a board answers it?"), validate_choice=False)
    quote = SelectField(_l("Words of somebody who said it"), validate_choice=False)

    def __init__(self, *args: object, choices: Choices, **options: object) -> None:
        super().__init__(*args, **options)
        self.may_choose = choices
        places = [SelectChoice(value, target.label) for value, target in choices.places.items()]
        self.where.choices = [SelectChoice("", _("Choose one")), *places]
        self.decided.choices = [SelectChoice("", _("None, or not yet"))] + [
            SelectChoice(value, label) for value, label in choices.decisions.items()
        ]
        self.quote.choices = [SelectChoice("", _("None"))] + [
            SelectChoice(value, label) for value, label in choices.quotes.items()
        ]

    def validate_where(self, field: SelectField) -> None:
        """One of the moderator's own."""
        if field.data not in self.may_choose.places:
            raise ValidationError(_("Choose one of your neighbourhoods"))

    def validate_done_on(self, field: DateField) -> None:
        """Not in the future."""
        if field.data and field.data > clock.today():
            field.wrong = frozenset(field.parts)
            raise ValidationError(_("Enter a date that is not in the future"))

    def validate_decided(self, field: SelectField) -> None:
        """A decision of a board of the area, or none."""
        if field.data and field.data not in self.may_choose.decisions:
            raise ValidationError(_("Choose one of the decisions, or none"))

    def validate_quote(self, field: SelectField) -> None:
        """Words that were cleared and may be quoted, or none."""
        if field.data and field.data not in self.may_choose.quotes:
            raise ValidationError(_("Choose one of the quotes, or none"))

    def values(self) -> ThemeValues:
        """What was typed."""
        target = self.may_choose.places[self.where.data]
        return ThemeValues(
            said=self.said.data,
            done=self.done.data or None,
            done_on=self.done_on.data,
            area=target.area,
            neighbourhood_id=target.neighbourhood_id,
            board_decision_id=UUID(self.decided.data) if self.decided.data else None,
            quote=self.quote.data or "",
        )
