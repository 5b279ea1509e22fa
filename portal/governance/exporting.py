"""Subject access: everything that is held about a person, as one readable page and as JSON. Source: UK GDPR 15 and 20.

Whatever the tables hold is in it: a new column needs nothing here. What is no information about the person (keys, hashes) is
listed in `LEFT_OUT`.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import render_template
from markupsafe import Markup
from sqlalchemy import ColumnElement, Table, select

from portal.accounts.models import User
from portal.attachments.kinds import KINDS
from portal.attachments.models import Attachment, AttachmentPiece
from portal.attachments.names import named
from portal.core import clock, wording
from portal.core.audit import AuditEntry
from portal.core.extensions import Base, db
from portal.core.i18n import gettext as _
from portal.directory.models import Service
from portal.directory.needs import NEEDS
from portal.governance import holdings, labels, wishes
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.referrals.models import SpaceWish
from portal.referrals.states import STATES, State

LEFT_OUT = frozenset(
    {"form_key", "nhs_number_key", "match_key", "match", "open_key", "code", "token_hash", "email_key", "digest"}
    | {"version", "version_before", "version_after", "request_id", "erased_at"}
)
"""Keys of ours, hashes, and a copy of surname and birth date: nothing in them that does not stand beside."""
NOT_ON_PAGE = frozenset(
    {
        "id",
        "person_id",
        "referral_id",
        "introduction_id",
        "message_id",
        "consent_id",
        "replaces_id",
        "part_of_id",
        "based_on_id",
    }
    | {
        "clock_spent",
        "clock_since",
        "clock_step",
        "clock_on",
        "is_acted_on",
        "is_date_reminded",
        "is_reminded",
        "before",
    }
    | {"took_space", "space_shown", "is_dead", "actor_id", "happy_to_wait", "is_wording_checked", "chased_at", "ask_on"}
)
"""Our own book-keeping, which the page leaves to the file for machines: nothing that anybody told."""
A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NAMED: dict[str, type[Organization] | type[Service] | type[User]] = {
    "organization_id": Organization,
    "service_id": Service,
    "user_id": User,
}
TO_LOOK_AT = ("safety_concern", "broken_glass")
"""What is read first by who gives it out: it may name others, or harm. Source: Data Protection Act 2018, schedules 2 and 3."""


@dataclass(frozen=True)
class Part:
    """One table: what it is, and its rows as pairs of label and words."""

    name: str
    title: str
    rows: list[list[tuple[str, str]]]
    is_to_look_at: bool


def held_about(person: Person) -> dict[str, list[dict[str, Any]]]:
    """By table, every row of the person as plain JSON, decrypted. Tables without rows are left out."""
    found = {table.name: list(_rows(table, holdings.of_person(table, person.id))) for table in holdings.tables()}
    _put_together(found)
    wishes_table = Base.metadata.tables[SpaceWish.__tablename__]
    found[wishes_table.name] = list(_rows(wishes_table, wishes_table.c.id.in_(wishes.of(person))))
    found["audit_entry"] = [_entry(one) for one in readings(person.id)]
    return {name: rows for name, rows in found.items() if rows}


def readings(person_id: UUID) -> list[AuditEntry]:
    """Every entry of the audit chain about the person's record, newest first: who opened it, when, and what was done."""
    wanted = select(AuditEntry).where(AuditEntry.subject_kind == "person", AuditEntry.subject_id == str(person_id))
    return list(db.session.scalars(wanted.order_by(AuditEntry.number.desc())))


def names_of(entries: list[AuditEntry]) -> dict[str, str]:
    """The names of users who acted, by id."""
    ids = {UUID(one.actor_id) for one in entries if one.actor_id}
    return {str(one.id): one.name for one in db.session.scalars(select(User).where(User.id.in_(ids)))}


def as_json(person: Person) -> str:
    """All of it for a machine."""
    told = {"reference": person.shown_reference, "made_at": clock.now().isoformat(), "held": held_about(person)}
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_page(person: Person) -> str:
    """All of it on one page for reading and printing, which needs no other file."""
    return render_template("governance/export.html", person=person, parts=parts(person), made_at=clock.now())


def parts(person: Person) -> list[Part]:
    """What is held, in words, without what is empty."""
    return [
        Part(name, labels.title_of(name), [list(_told(row)) for row in rows], name in TO_LOOK_AT)
        for name, rows in held_about(person).items()
    ]


def write(person: Person, folder: Path) -> list[Path]:
    """Both files into a folder. Gives them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page, data = folder / f"record-{person.reference}.html", folder / f"record-{person.reference}.json"
    page.write_text(as_page(person), encoding="utf-8")
    data.write_text(as_json(person), encoding="utf-8")
    return [page, data]


def _put_together(found: dict[str, list[dict[str, Any]]]) -> None:
    """A file is one whole beside what is known of it, as base64, in place of its pieces."""
    pieces = sorted(found.pop(AttachmentPiece.__tablename__), key=lambda one: int(one["number"]))
    for file in found[Attachment.__tablename__]:
        mine = (base64.b64decode(one["content"]) for one in pieces if one["attachment_id"] == file["id"])
        file["file"] = base64.b64encode(b"".join(mine)).decode("ascii") or None


def _rows(table: Table, theirs: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    order = [table.c[name] for name in ("at", "created_at", "given_at", "id") if name in table.c]
    wanted = select(table).where(theirs).order_by(*order)
    for row in db.session.execute(wanted).mappings():
        yield {name: _plain(value) for name, value in row.items() if name not in LEFT_OUT}


def _entry(one: AuditEntry) -> dict[str, Any]:
    return {"at": one.at.isoformat(), "by_user_id": one.actor_id, "action": one.action, "details": one.details}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def _told(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if value in (None, "", [], {}) or name in NOT_ON_PAGE:
            continue
        if name == "file":
            yield labels.label_of(name), _link_to(row)
            continue
        yield from _pairs(labels.label_of(name), _words(name, value))


def _pairs(label: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if inner not in (None, "", [], {}):
                yield from _pairs(_("%(whole)s: %(part)s", whole=label, part=labels.label_of(str(name))), inner)
    elif isinstance(value, list):
        yield label, "; ".join(str(one) if not isinstance(one, dict) else _flat(one) for one in value)
    elif isinstance(value, bool):
        yield label, _("Yes") if value else _("No")
    else:
        yield label, str(value)


def _link_to(file: dict[str, Any]) -> Markup:
    """A file inside the page: a link that saves it, so that the page needs nothing beside it."""
    kind = KINDS[file["kind"]]
    link = Markup('<a download="{name}" href="data:{type};base64,{content}">{words}</a>')
    return link.format(name=named(file["name"], kind), type=kind.type, content=file["file"], words=file["name"])


def _flat(value: dict[str, Any]) -> str:
    return ", ".join(f"{labels.label_of(str(name))}: {inner}" for name, inner in value.items() if inner is not None)


def _words(name: str, value: Any) -> Any:
    """Names in place of the ids of organisations, services and users; moments in words."""
    if (model := NAMED.get(_kind(name))) is not None and value:
        return db.session.scalar(select(model.name).where(model.id == UUID(str(value)))) or value
    if name == "state" and value in STATES:
        return str(STATES[State(value)].label)
    if name == "needs" and isinstance(value, list):
        return [str(NEEDS[one].label) if one in NEEDS else one for one in value]
    if name == "action":
        return labels.action_of(str(value))
    try:
        return _when(name, value) if isinstance(value, str) else value
    except ValueError:  # somebody typed what looks like a day and is none
        return value


def _when(name: str, told: str) -> str:
    """A day or a moment in words; anything else as it is. Raises ValueError."""
    if A_DAY.fullmatch(told):
        return wording.full_date(date.fromisoformat(told))
    if name.endswith("at") and "T" in told:
        here = clock.local(datetime.fromisoformat(told))
        return _("%(day)s, %(time)s", day=wording.full_date(here.date()), time=wording.clock_time(here))
    return told


def _kind(name: str) -> str:
    if name in {"recorded_for_id", "raised_for_id"}:
        return "organization_id"
    if name.endswith(("by_id", "user_id", "worker_id")):
        return "user_id"
    return "service_id" if name.endswith("service_id") else name
