"""A row of what is held, for the person whom it is about: labels and codes in plain words, names for ids, moments as days.

`held` rows are those of the export's JSON. What has no words is shown as it is: somebody typed it.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from flask_babel import format_decimal
from markupsafe import Markup
from sqlalchemy import select

from portal.accounts.models import User
from portal.attachments.kinds import KINDS
from portal.attachments.names import named
from portal.core import clock, wording
from portal.core.audit import AuditEntry
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.references import shown
from portal.directory.models import Service
from portal.governance import labels, values
from portal.measures.queries import Ready, measure
from portal.measures.words import BANDS, RESULTS
from portal.organisations.models import Organization
from portal.people.models import Goal

NOT_ON_PAGE = frozenset(
    {"id", "person_id", "referral_id", "introduction_id", "message_id", "consent_id", "replaces_id", "part_of_id"}
    | {"based_on_id", "local_id", "attachment_id", "number", "before", "actor_id", "actor_kind"}
    | {"clock_spent", "clock_since", "clock_step", "clock_on", "nation", "ask_on", "chased_at"}
    | {"is_acted_on", "is_date_reminded", "is_reminded", "is_dead", "is_wording_checked"}
    | {"took_space", "space_shown", "happy_to_wait"}
    | {"attempts", "next_try_at", "sending_until", "queued_at", "may_have_gone"}
    | {"huddle_id", "case_id", "team_id", "lead_id", "owner_id", "neighbourhood_id"}
    | {"bundle", "line", "position"}
    | {"fhir", "measure_id", "marks", "sent", "may_repeat", "visit", "message", "attachment"}
)
"""Our own book-keeping, which the page leaves to the file for machines: nothing that anybody told."""
PAGES_DONE = ("answers", "done")
"""Which pages of a form were answered: names of ours."""
OF_ENTRIES = ("organisation", "scopes", "how", "mode", "columns")
"""What entries of the audit chain say beside what was done. The rest are ids, and codes that stand elsewhere on the page."""
NOTHING: tuple[Any, ...] = (None, "", [], {})
A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
A_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.*")
DATED = ("starts_at", "at", "given_at", "created_at", "sent_at")
"""The moment of a row: the first of these that its table has."""
WITH_NAMES = frozenset({"person", "referral", "introduction", "consent"})
"""Tables whose rows are called by a reference or a name. The others are called by their moment."""
NAMED: dict[str, type[Organization] | type[Service] | type[User]] = {
    "organisation": Organization,
    "organization_id": Organization,
    "practice_id": Organization,
    "recorded_for_id": Organization,
    "decided_by_id": User,
    "raised_for_id": Organization,
    "from_service": Service,
    "to_service": Service,
}
Pair = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One row: what it is called, and what it says as pairs of label and words."""

    title: str
    pairs: list[Pair]


def row_of(table: str, row: Mapping[str, Any], about: Mapping[str, str]) -> Row:
    """A row of a table. `about`: what introductions asked for, by their ids. The moment that names it is not said again."""
    moment = None if table in WITH_NAMES else next((name for name in DATED if row.get(name)), None)
    held = {name: value for name, value in row.items() if name != moment}
    return Row(_title(table, row, about), list(_pairs_of(table, held)))


def entry_of(entry: AuditEntry, names: Mapping[str, str], opened: Mapping[int, str]) -> Row:
    """An entry of the audit chain. `opened`: what readings opened, by their numbers."""
    by = names.get(str(entry.actor_id)) or str(values.ACTORS.get(entry.actor_kind, values.NOBODY))
    pairs = [
        (labels.label_of("by_user_id"), by),
        (labels.label_of("action"), opened.get(entry.number) or labels.action_of(entry.action)),
    ]
    told = entry.details or {}
    for name in OF_ENTRIES:
        if told.get(name) not in NOTHING:
            pairs += _told("audit", name, told[name])
    return Row(_moment(entry.at), pairs)


def to_what(row: Mapping[str, Any]) -> str:
    """What an introduction asked for: the name of the service, else of the organisation."""
    name = "service_id" if row.get("service_id") else "organization_id"
    return _name(name, str(row[name])) or "–"


def _title(table: str, row: Mapping[str, Any], about: Mapping[str, str]) -> str:
    at = next((datetime.fromisoformat(row[name]) for name in DATED if row.get(name)), None)
    day = wording.full_date(clock.local(at).date()) if at else ""
    if table == "person":
        return _("Record %(reference)s", reference=shown(row["reference"]))
    if table == "referral":
        return _("Referral %(reference)s, %(day)s", reference=shown(row["reference"]), day=day)
    if table == "introduction":
        return _("%(what)s, %(reference)s, %(day)s", what=to_what(row), reference=shown(row["reference"]), day=day)
    if table == "consent":
        return _("%(what)s, %(day)s", what=_name("organization_id", row["organization_id"]) or "–", day=day)
    moment = _moment(at) if at else labels.title_of(table)
    what = about.get(str(row.get("introduction_id")))
    return _("%(moment)s: %(what)s", moment=moment, what=what) if what else moment


def _pairs_of(table: str, row: Mapping[str, Any]) -> Iterator[Pair]:
    for name, value in row.items():
        if value in NOTHING or name in NOT_ON_PAGE:
            continue
        if name == "file":
            yield labels.label_of(name), _file(row)
        elif table == "measure_result" and name in {"answers", "score"} and isinstance(value, dict):
            yield from _measured(row, name, value)
        else:
            yield from _told("happened" if (table, name) == ("introduction_event", "details") else table, name, value)


def _told(where: str, name: str, value: Any) -> Iterator[Pair]:
    """What a column holds, or a key of a document. A document becomes a pair for each of its keys."""
    label = labels.label_of(name, where)
    if isinstance(value, dict):
        for inner, held in value.items():
            if held not in NOTHING and inner not in NOT_ON_PAGE and (name, inner) != PAGES_DONE:
                yield from _inside(label, where, name, str(inner), held)
    elif isinstance(value, list):
        if value and all(isinstance(one, dict) and {*one} == {"question", "answer"} for one in value):
            yield from ((str(one["question"]), str(one["answer"])) for one in value)
        else:
            yield (
                label,
                "; ".join(_flat(name, one) if isinstance(one, dict) else _words(where, name, one) for one in value),
            )
    else:
        yield label, _words(where, name, value)


def _inside(label: str, where: str, name: str, inner: str, held: Any) -> Iterator[Pair]:
    if (where, name) == ("report", "goals"):
        yield _goal(inner), _words("report", "goals", held)
        return
    if (name, inner) == ("content", "html"):
        yield labels.label_of(inner), _document(str(held))
        return
    within = where if where == "happened" else name
    for part, words in _told(within, inner, held):
        yield _("%(whole)s: %(part)s", whole=label, part=part), words


def _flat(name: str, value: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{part}: {words}"
        for inner, held in value.items()
        if held not in NOTHING and inner not in NOT_ON_PAGE
        for part, words in _told(name, inner, held)
    )


def _words(where: str, name: str, value: Any) -> str:
    """Names in place of ids; days and moments as they are read; codes in plain words."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, float):
        return str(format_decimal(value))
    told = str(value)
    if name == "columns":
        return labels.label_of(told)
    try:
        return _when(name, told) or _name(name, told) or values.words_of(where, name, told)
    except ValueError:  # somebody typed what looks like a day or an id, and is none
        return told


def _when(name: str, told: str) -> str | None:
    """A day, a moment or a time in words; None for anything else. Raises ValueError."""
    if A_DAY.fullmatch(told):
        return wording.full_date(date.fromisoformat(told))
    if name.endswith(("at", "until")) and A_MOMENT.fullmatch(told):
        return _moment(datetime.fromisoformat(told))
    return wording.clock_time(time.fromisoformat(told)) if name == "next_time" else None


def _moment(at: datetime) -> str:
    return _("%(day)s, %(time)s", day=wording.full_date(clock.local(at).date()), time=wording.clock_time(at))


def _name(name: str, told: str) -> str | None:
    """The name of who or what has this id; None where the column holds none, or it is gone. Raises ValueError."""
    model = NAMED.get(name)
    if name in {"from", "to"} and len(told) == len(str(UUID(int=0))):  # a worker, or a place on a waiting list
        model = User
    if model is None and name.endswith(("by_id", "user_id", "worker_id")):
        model = User
    if model is None and name.endswith("service_id"):
        model = Service
    return db.session.scalar(select(model.name).where(model.id == UUID(told))) if model is not None else None


def _goal(goal_id: str) -> str:
    try:
        found = db.session.get(Goal, UUID(goal_id))
    except ValueError:
        found = None
    return found.words if found is not None else _("A goal")


def _measured(row: Mapping[str, Any], name: str, value: Mapping[str, Any]) -> Iterator[Pair]:
    """Questions and answers in the words of the questionnaire; results with what they mean."""
    try:
        ready = measure(row["instrument"], row["language"])
    except NotFound:
        ready = None
    if name == "answers":
        yield from _answered(ready, value)
        return
    parts = value.get("parts") or {}
    for part, found in parts.items():
        if found.get("value") is not None:
            yield str(RESULTS.get(f"{row['instrument']}.{part}") or labels.label_of(part)), _result(found)
    yield from (
        pair for key, held in value.items() if key not in {"parts", "total"} for pair in _told("score", key, held)
    )
    if not parts and value.get("total") is not None:
        yield labels.label_of("total"), str(format_decimal(value["total"]))


def _answered(ready: Ready | None, answers: Mapping[str, Any]) -> Iterator[Pair]:
    items = {one.id: one for one in ready.instrument.items} if ready is not None else {}
    for key, held in answers.items():
        if ready is not None and key in items:
            yield ready.wording.question(items[key]), ready.wording.answer(items[key], str(held))
        elif held not in NOTHING:
            yield from _told("measure", key, held)


def _result(found: Mapping[str, Any]) -> str:
    value, band = str(format_decimal(found["value"])), found.get("band")
    return _("%(value)s, %(band)s", value=value, band=BANDS[band]) if band and band in BANDS else value


def _file(file: Mapping[str, Any]) -> Markup:
    """A file inside the page: a link that saves it, so that the page needs nothing beside it."""
    kind = KINDS[file["kind"]]
    return _link(named(file["name"], kind), kind.type, file["file"], file["name"])


def _document(html: str) -> Markup:
    content = base64.b64encode(html.encode()).decode("ascii")
    return _link("document.html", "text/html;charset=utf-8", content, _("Save the document"))


def _link(name: str, kind: str, content: str, words: str) -> Markup:
    link = Markup('<a download="{name}" href="data:{kind};base64,{content}">{words}</a>')
    return link.format(name=name, kind=kind, content=content, words=words)
