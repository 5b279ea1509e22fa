"""The columns of the spreadsheet of a group's listings: what a cell says of a fact, and the fact that a cell tells.

Cells go through the forms of the pages, one a fact, so that a cell is checked by the same rules in the same words. A cell that
says what the listing says already changes nothing, also where the form could not say it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.core import Field

from portal.changes.facts import FACTS
from portal.groups.fact_forms import PAGES
from portal.groups.form_parts import FactForm
from portal.groups.place_form import PlaceForm
from portal.groups.session_rows import DAYS, Row, told_of
from portal.groups.sessions_form import SessionsForm

BETWEEN = "; "
ID, VERSION, TO_MEND = "id", "version", "what to mend"
LANGUAGE = "en"
"""Names of columns and of choices are English in every file, so that one can be passed on. Those of the reader count too."""
NTHS = {
    "weekly": "",
    "1": "1st",
    "2": "2nd",
    "3": "3rd",
    "4": "4th",
    "-1": "last",
    "1,3": "1st and 3rd",
    "2,4": "2nd and 4th",
}
SESSION = re.compile(
    r"(?:(1st and 3rd|2nd and 4th|1st|2nd|3rd|4th|last)\s+)?([a-z]+day(?: to [a-z]+day)?|every day)s?,?\s+"
    r"(.+?)(?:\s+(?:to|until|-|–)\s+|\s*[-–]\s*(?=\d))(.+)",
    re.IGNORECASE,
)
LONGEST_SESSION = 200
"""Letters: longer is no time, and would take long to be found to be none."""
Values = Mapping[str, Any]
Problem = tuple[str, str]
"""A column, and what is wrong in it."""


@dataclass(frozen=True)
class Column:
    """One column: the fact it is of, and the field of that fact's form."""

    header: str
    fact: str
    field: str


FORMS: Mapping[str, type[FactForm]] = {name: page.form for name, page in PAGES.items()} | {"place": PlaceForm}
COLUMNS: tuple[Column, ...] = (
    Column("name", "name", "text"),
    Column("in one sentence", "summary", "text"),
    Column("what happens", "description", "text"),
    Column("helps with", "needs", "needs"),
    Column("when", "sessions", ""),
    Column("opening hours", "opening", "words"),
    Column("venue", "place", "venue"),
    Column("street", "place", "address_1"),
    Column("town", "place", "city"),
    Column("postcode", "place", "postcode"),
    Column("getting there", "place", "getting_there"),
    Column("how", "delivery", "how"),
    Column("cost", "cost", "kind"),
    Column("price in pounds", "cost", "amount"),
    Column("about the cost", "cost", "words"),
    Column("who it is for", "who_for", "text"),
    Column("youngest age", "ages", "minimum"),
    Column("oldest age", "ages", "maximum"),
    Column("for groups", "audiences", "welcome"),
    Column("not for groups", "audiences", "not_for"),
    Column("anyone welcome", "audiences", "anyone"),
    Column("languages", "languages", "spoken"),
    Column("ways to join", "joining", "ways"),
    Column("how to join", "how_to_join", "text"),
    Column("first visit", "first_visit", "lines"),
    Column("can bring someone", "first_visit", "bring"),
    Column("phone", "phone", "number"),
    Column("who answers", "phone", "about"),
    Column("phone hours", "phone", "hours"),
    Column("e-mail", "email", "text"),
    Column("website", "url", "text"),
    Column("notice", "alert", "text"),
)
"""`space` is left out: it is one tap on the page, and old after a month."""
HEADER = (ID, VERSION, *(one.header for one in COLUMNS))
OF_FACT: Mapping[str, tuple[Column, ...]] = {
    fact: tuple(one for one in COLUMNS if one.fact == fact) for fact in dict.fromkeys(one.fact for one in COLUMNS)
}


def texts_of(values: Values) -> dict[str, str]:
    """What the cells of a listing say, by column, from the values of its facts."""
    told: dict[str, str] = {}
    with force_locale(LANGUAGE):
        for fact, columns in OF_FACT.items():
            told |= _texts(fact, columns, values.get(fact))
    return told


def facts_of(cells: Mapping[str, str], standing: Values) -> tuple[dict[str, Any], list[Problem]]:
    """The facts that a row changes, and what cannot be read in it. Columns that are not there change nothing."""
    before = texts_of(standing)
    facts: dict[str, Any] = {}
    problems: list[Problem] = []
    for fact, columns in OF_FACT.items():
        changed = [one for one in columns if one.header in cells and not _same(cells[one.header], before[one.header])]
        if not changed:
            continue
        typed = {one.header: cells.get(one.header, before[one.header]) for one in columns}
        value, wrong = _sessions(typed, standing) if fact == "sessions" else _typed(fact, columns, typed, standing)
        problems += wrong
        if not wrong:
            facts[fact] = value
    return facts, problems


def _texts(fact: str, columns: tuple[Column, ...], value: Any) -> dict[str, str]:
    if fact == "sessions":
        return {"when": _when(value)}
    if value is None:
        return {one.header: "" for one in columns}
    if fact == "place" and not _is_plain_place(value):
        shown = BETWEEN.join(FACTS["place"].shown(value))
        return {one.header: shown if one.field == "venue" else "" for one in columns}
    form = _form(fact, value)
    form.put(value)
    return {one.header: _text(form[one.field]) for one in columns}


def _typed(
    fact: str, columns: tuple[Column, ...], typed: Mapping[str, str], standing: Values
) -> tuple[Any, list[Problem]]:
    """The value of a fact by its form, from cells."""
    value = standing.get(fact)
    if fact == "place" and value and not _is_plain_place(value):
        return None, [("venue", _("This listing has several places, or none to visit. Change it on its page."))]
    if not any(text.strip() for text in typed.values()) and not FACTS[fact].is_required:
        return None, []
    given, wrong = _sent(fact, columns, typed, value)
    if wrong:
        return None, wrong
    form = _form(fact, value, given)
    form.validate()
    headers = {one.field: one.header for one in columns}
    wrong = [(headers.get(name, columns[0].header), sentence) for name, sentence in form.problems()]
    return (None, wrong) if wrong else (form.told(value), [])


def _sent(
    fact: str, columns: tuple[Column, ...], typed: Mapping[str, str], value: Any
) -> tuple[MultiDict[str, str], list[Problem]]:
    """What a browser would have sent: what stands, with the cells in place of their fields."""
    form = _form(fact, value)
    form.put(value)
    given: MultiDict[str, str] = MultiDict()
    wrong: list[Problem] = []
    named = {one.field: one for one in columns}
    for field in form.shown:
        if field.name not in named:
            for one in field.data if isinstance(field.data, list) else [field.data]:
                given.add(field.name, "" if one in {None, False} else str(one))
            continue
        text = typed[named[field.name].header].strip()
        for part in _ids(field, text):
            if part is None:
                wrong.append((named[field.name].header, _unknown(field, text)))
            else:
                given.add(field.name, part)
    return given, wrong


def _ids(field: Field, text: str) -> Iterable[str | None]:
    """The ids that a cell names; None for one that is no choice. A text for fields that are no choice."""
    if not hasattr(field, "choices"):
        return [text]
    known = _choices(field)
    parts = [part.strip() for part in re.split(r"[;\n]", text)] if text else []
    return [known.get(part.casefold()) for part in parts if part]


def _pairs(field: Field) -> list[tuple[str, Any]]:
    return [one[:2] if isinstance(one, tuple) else (one.value, one.label) for one in field.choices]


def _choices(field: Field) -> dict[str, str]:
    known = {str(label).casefold(): str(value) for value, label in _pairs(field)}
    with force_locale(LANGUAGE):
        known |= {str(label).casefold(): str(value) for value, label in _pairs(field)}
    return known | {str(value).casefold(): str(value) for value, _label in _pairs(field)}


def _unknown(field: Field, text: str) -> str:
    known = _choices(field)
    wrong = next(
        part.strip() for part in re.split(r"[;\n]", text) if part.strip() and part.strip().casefold() not in known
    )
    some = ", ".join(str(label) for value, label in _pairs(field)[:8] if value)
    return _("We do not know “%(word)s”. Choose from: %(some)s, and so on.", word=wrong[:60], some=some)


def _text(field: Field) -> str:
    if not hasattr(field, "choices"):
        return str(field.data or "")
    chosen = field.data if isinstance(field.data, list) else [field.data]
    return BETWEEN.join(str(label) for value, label in _pairs(field) if value and value in chosen)


def _form(fact: str, value: Any, sent: MultiDict[str, str] | None = None) -> FactForm:
    form = FORMS[fact](formdata=sent, meta={"csrf": False})
    if isinstance(form, PlaceForm):
        form.which = value[0]["id"] if value else ""
    return form


def _is_plain_place(value: Any) -> bool:
    return len(value) == 1 and value[0].get("location_type", "physical") == "physical"


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _when(value: Any) -> str:
    """Sessions as people type them where all can be said so, else as readers see them."""
    told = told_of(value)
    rows = [_row(row) for row in told.rows]
    if told.kept or told.closed or told.until or told.until is None or not all(rows):
        return BETWEEN.join(FACTS["sessions"].shown(value)) if value else ""
    return BETWEEN.join(rows)


def _row(row: Row) -> str:
    if row.often not in NTHS or row.name or row.note or row.first or not row.ends:
        return ""
    return " ".join(part for part in (NTHS[row.often], str(DAYS[row.day]), row.starts, "to", row.ends) if part)


def _sessions(typed: Mapping[str, str], standing: Values) -> tuple[Any, list[Problem]]:
    value, text = standing.get("sessions"), typed["when"].strip()
    stood = told_of(value)
    with force_locale(LANGUAGE):
        is_ours = all(_row(row) for row in stood.rows) and not stood.closed and stood.until == ""
    if not is_ours or stood.kept or None in {stood.bank, stood.school}:
        return None, [("when", _("These times cannot be told in one cell. Change them on the page of the listing."))]
    given: MultiDict[str, str] = MultiDict(
        {"ends": "no", "bank": "yes" if stood.bank else "no", "school": "yes" if stood.school else "no"}
    )
    parts = [" ".join(part.split()) for part in re.split(r"[;\n]", text) if part.strip()]
    at = (value or [{}])[0].get("at", "")
    for number, part in enumerate(parts):
        found = SESSION.fullmatch(part) if len(part) <= LONGEST_SESSION else None
        day = _days().get(" ".join(found[2].lower().split())) if found else None
        if found is None or day is None:
            return None, [("when", _("Write times like: Tuesday 10am to midday; 1st Monday 2pm to 4pm"))]
        often = next(name for name, words in NTHS.items() if words == (found[1] or "").lower())
        for name, told in (("day", day), ("often", often), ("starts", found[3]), ("ends", found[4]), ("at", at)):
            given.add(f"s-{number}-{name}", told)
    if not parts:
        return None, []
    form = SessionsForm.sent(given, None)
    made = form.value()
    return (made, []) if made is not None else (None, [("when", sentence) for sentence in form.errors.values()])


@lru_cache(maxsize=1)
def _days() -> dict[str, str]:
    with force_locale(LANGUAGE):
        return {str(label).lower(): day for day, label in DAYS.items()}
