"""Forms of sources: what is read, from where, how often, and what may be done without asking."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import Field, FileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.errors import DomainError
from portal.core.forms import PageForm
from portal.core.plain import one_line, plain
from portal.geography.queries import area_name
from portal.geography.typed import codes_in
from portal.sources.actions import LONGEST_NAME, Told, check_address, mapping_of
from portal.sources.models import SourceSetting
from portal.sources.profiles import PERIODS, PROFILES, RHYTHMS, TRUSTS
from portal.sources.settling import ANSWERS, REASONS

FROM_ADDRESS, BY_FILE = "address", "file"
LONGEST_ADDRESS, LONGEST_LICENCE, LONGEST_MAPPING, LONGEST_AREA = 2_000, 500, 20_000, 5_000
MOST_COUNCILS = 100


def _at_most(letters: int) -> Length:
    return Length(max=letters, message=_l("Use %(max)d characters or fewer"))


def _choices(of: Mapping[str, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in of.items()]


def _whole_mapping(typed: str | None) -> str | None:
    """What was typed of columns as a mapping: the line that begins them may be left out."""
    text = plain(typed).strip()
    if not text or re.search(r"^columns:", text, re.MULTILINE):
        return text or None
    return "columns:\n" + "\n".join(f"  {line.strip()}" for line in text.split("\n") if line.strip()) + "\n"


class ChoiceRadios(RadioField):
    """One of a few things. What is none of them, or nothing, is refused in our words, or in those of its own."""

    refusal = _l("Choose one of these")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Values and words, as the page lists them."""
        return [(choice.value, str(choice.label)) for choice in self.iter_choices()]

    def pre_validate(self, form: FlaskForm) -> None:
        """Raises ValidationError for what is not among the choices."""
        if self.data not in {choice.value for choice in self.iter_choices()}:
            raise ValidationError(str(self.refusal))


class SourceForm(PageForm):
    """Everything that is told of a source."""

    name = StringField(
        _l("Name"), filters=[one_line],
        validators=[DataRequired(_l("Enter a name, like Larkfield council")), _at_most(LONGEST_NAME)],
    )  # fmt: skip
    where = ChoiceRadios(
        _l("Where its listings come from"), default=FROM_ADDRESS,
        choices=_choices({FROM_ADDRESS: _l("An address that we read"), BY_FILE: _l("Files that somebody sends here")}),
    )  # fmt: skip
    address = StringField(_l("Address"), filters=[one_line], validators=[_at_most(LONGEST_ADDRESS)])
    profile = ChoiceRadios(
        _l("What it is written in"),
        choices=_choices({name: kind.label for name, kind in PROFILES.items()}),
        default="oruk3",
    )
    mapping = TextAreaField(_l("Columns of a table"), validators=[_at_most(LONGEST_MAPPING)])
    licence = StringField(_l("Licence"), filters=[one_line], validators=[_at_most(LONGEST_LICENCE)])
    area = TextAreaField(_l("Councils whose listings are taken"), validators=[_at_most(LONGEST_AREA)])
    rhythm = ChoiceRadios(_l("How often it is read"), choices=_choices(RHYTHMS), default="weekly")
    trust = ChoiceRadios(_l("Who looks before anything changes"), choices=_choices(TRUSTS), default="preview")

    def fill(self, setting: SourceSetting) -> None:
        """What stands, to be changed."""
        self.name.data, self.licence.data = setting.source.name, setting.source.licence
        self.where.data = FROM_ADDRESS if setting.address else BY_FILE
        self.address.data, self.mapping.data = setting.address, setting.mapping
        self.area.data = "\n".join(area_name(code) or code for code in setting.area)
        self.profile.data, self.rhythm.data, self.trust.data = setting.profile, setting.rhythm, setting.trust

    def told(self) -> Told:
        """What was typed, checked."""
        is_read = self.where.data == FROM_ADDRESS
        return Told(
            name=self.name.data or "", profile=self.profile.data, address=self.address.data if is_read else None,
            mapping=_whole_mapping(self.mapping.data), licence=self.licence.data or None,
            area=tuple(self._codes()[0]), rhythm=self.rhythm.data, trust=self.trust.data,
        )  # fmt: skip

    def validate_address(self, field: Field) -> None:
        """It is there where it is to be read, and can be fetched at all."""
        if self.where.data != FROM_ADDRESS:
            return
        if not field.data:
            raise ValidationError(_("Enter the address of the feed or file, like https://example.org/api"))
        try:
            check_address(field.data)
        except DomainError as problem:
            raise ValidationError(problem.sentence) from None

    def validate_mapping(self, field: Field) -> None:
        """It is there for a table, and can be read as a mapping."""
        text = _whole_mapping(field.data)
        if (kind := PROFILES.get(self.profile.data)) is None or not kind.wants_mapping:
            return
        if text is None:
            raise ValidationError(_("Say which column is which fact, a line each, like “Group: name”"))
        try:
            mapping_of(text)
        except DomainError as problem:
            raise ValidationError(problem.sentence) from None

    def validate_area(self, field: Field) -> None:
        """Each is a council that we know, by name or code."""
        codes, unknown = self._codes()
        if unknown:
            raise ValidationError(
                _("We know no council called %(name)s. Enter one a line, like Leicester or E06000016.", name=unknown[0])
            )
        if len(codes) > MOST_COUNCILS:
            raise ValidationError(_("Name at most 100 councils, or none for everywhere."))

    def validate_rhythm(self, field: Field) -> None:
        """Files that somebody sends are read when they are sent."""
        if self.where.data == BY_FILE and field.data in PERIODS:
            raise ValidationError(_("Files are read when somebody sends one. Choose that, or give an address."))

    def _codes(self) -> tuple[list[str], list[str]]:
        """Codes of the councils that were named, and words that name none."""
        return codes_in(plain(self.area.data), councils_only=True)


class UploadForm(PageForm):
    """A file of a source."""

    file = FileField(
        _l("File"), description=_l("At most 10 MB: a table, a workbook, JSON, or a zip file of such."),
        render_kw={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.jsonl,.ndjson,.geojson,.zip,.gz"},
    )  # fmt: skip

    def sent(self) -> tuple[str, bytes] | None:
        """Name and bytes of what was chosen; none where nothing was."""
        file: Any = request.files.get("file")
        return (file.filename, file.read()) if file is not None and file.filename else None


class AnswerRadios(ChoiceRadios):
    """What is to happen."""

    refusal = _l("Choose what is to happen")


class ReasonRadios(ChoiceRadios):
    """How somebody knows it."""

    refusal = _l("Choose how you know")


class TaskForm(PageForm):
    """What becomes of a listing that its source has ended or lost, and how we know."""

    answer = AnswerRadios(_l("What is to happen"), choices=_choices(ANSWERS), default=None)
    reason = ReasonRadios(_l("How do you know?"), choices=_choices(REASONS), default=None)
