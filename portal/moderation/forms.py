"""What moderators type. Choices come from tables, so anything else is refused."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.assurance.phoning import LONGEST_MINUTES, OUTCOMES
from portal.assurance.reporting import OUTCOMES as REPORT_OUTCOMES
from portal.changes.facts import FACTS
from portal.core.forms import LONGEST_EMAIL, Email, PageForm
from portal.core.numbers import whole_number
from portal.core.plain import plain
from portal.moderation.merging import Side
from portal.moderation.reasons import Reason

LONGEST_NOTE = 500
LONGEST_WORDS = 1_000
WRITTEN = frozenset({"name", "summary", "description", "who_for", "how_to_join", "email", "url", "alert"})
"""Facts that are one text, which a moderator may mend; others are taken as they are or left as they stand."""
LONGEST = {"name": 250, "summary": 160, "email": 254}
LONGEST_FACT = 20_000


class NoteForm(PageForm):
    """A note for the log, with any decision."""

    note = TextAreaField(
        _l("Note for the log (optional)"),
        filters=[plain],
        validators=[Length(max=LONGEST_NOTE, message=_l("Use 500 characters or fewer"))],
    )


class ReasonForm(NoteForm):
    """Why, as a template, and the words for the author: those of the template where nothing was typed."""

    reason = RadioField(_l("Why"), validators=[InputRequired(message=_l("Choose why"))])
    words = TextAreaField(
        _l("What the author reads"),
        filters=[plain],
        validators=[
            DataRequired(message=_l("Say in a sentence what the author should know")),
            Length(max=LONGEST_WORDS, message=_l("Use 1,000 characters or fewer")),
        ],
    )

    def __init__(self, reasons: Mapping[str, Reason], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reason.choices = [SelectChoice(name, str(reason.label)) for name, reason in reasons.items()]
        if self.is_submitted() and not self.words.data and self.reason.data in reasons:
            self.words.data = str(reasons[self.reason.data].words)


class ReportForm(NoteForm):
    """What became of a report."""

    outcome = RadioField(_l("What became of it"), validators=[InputRequired(message=_l("Choose what became of it"))])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.outcome.choices = [SelectChoice(name, str(label)) for name, label in REPORT_OUTCOMES.items()]


class CallForm(PageForm):
    """What came of a call."""

    outcome = RadioField(_l("What came of it"), validators=[InputRequired(message=_l("Choose what came of the call"))])
    minutes = StringField(_l("Minutes that the call took"), filters=[plain])
    email = StringField(
        _l("E-mail address to write to next time, if they gave one"),
        filters=[plain],
        validators=[
            Optional(),
            Length(max=LONGEST_EMAIL),
            Email(_l("Enter an e-mail address, like hello@example.org")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.outcome.choices = [SelectChoice(name, str(label)) for name, label in OUTCOMES.items()]

    def validate_minutes(self, field: StringField) -> None:
        """A whole number of minutes."""
        minutes = whole_number(field.data or "")
        if minutes is None or minutes > LONGEST_MINUTES:
            raise ValidationError(_("Enter the minutes that the call took, like 6"))


class KeysForm(FlaskForm):
    """Whether single keys move and decide."""

    keys = BooleanField(_l("Let single keys move and approve"))


def mended(asked: Mapping[str, Any], typed: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts of a change as a moderator made them, and what is wrong with any, by its name.

    A fact with `keep-<name>` off stays as it stands, so it is left out.
    """
    facts, wrong = {}, {}
    for name, value in asked.items():
        if typed.get(f"take-{name}") != "yes":
            continue
        if name not in WRITTEN:
            facts[name] = value
            continue
        text = plain(typed.get(f"fact-{name}", "")).strip()
        most = LONGEST.get(name, LONGEST_FACT)
        if len(text) > most:
            wrong[name] = _("Use %(most)d characters or fewer", most=most)
        elif not text and FACTS[name].is_required:
            wrong[name] = _("Enter something here, or leave this fact as it stands")
        facts[name] = text or None
    return facts, wrong


def sides(names: list[str], typed: MultiDict[str, str]) -> dict[str, Side]:
    """Which side each fact is taken from; one that was not chosen is left out."""
    chosen = {name: typed.get(f"side-{name}") for name in names}
    return {name: cast("Literal['one', 'other']", side) for name, side in chosen.items() if side in {"one", "other"}}
