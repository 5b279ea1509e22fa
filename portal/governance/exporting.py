"""Subject access: everything that is held about a person, as one readable page and as JSON. Source: UK GDPR 15 and 20.

Whatever the tables hold is in it: for the page a new column needs its label, and its codes their words (`labels`, `values`).
What is no information about the person (keys, hashes) is listed in `LEFT_OUT`.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy import ColumnElement, Table, select

from portal.accounts.models import User
from portal.attachments.models import Attachment, AttachmentPiece
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import Base, db
from portal.governance import holdings, labels, telling, wishes
from portal.governance.telling import Row
from portal.people.models import Person
from portal.referrals import seen
from portal.referrals.models import SpaceWish

LEFT_OUT = frozenset(
    {"form_key", "nhs_number_key", "match_key", "match", "open_key", "code", "token_hash", "email_key", "digest"}
    | {"version", "version_before", "version_after", "request_id", "erased_at"}
)
"""Keys of ours, hashes, and a copy of surname and birth date: nothing in them that does not stand beside."""
TO_LOOK_AT = ("safety_concern", "broken_glass")
"""What is read first by who gives it out: it may name others, or harm. Source: Data Protection Act 2018, schedules 2 and 3."""


@dataclass(frozen=True)
class Part:
    """One table: what it is, and its rows in words, oldest first."""

    name: str
    title: str
    rows: list[Row]
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
    """What is held, in words and in the order of `labels.TITLES`, without what is empty."""
    held = held_about(person)
    about = {one["id"]: telling.to_what(one) for one in held.get("introduction", ())}
    rows = {name: [telling.row_of(name, one, about) for one in held[name]] for name in held if name != "audit_entry"}
    rows["audit_entry"] = _entries(person)
    order = [*labels.TITLES, *(name for name in rows if name not in labels.TITLES)]
    found = (Part(name, labels.title_of(name), rows.get(name, []), name in TO_LOOK_AT) for name in order)
    return [one for one in found if one.rows]


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
    order = [table.c[name] for name in (*telling.DATED, "id") if name in table.c]
    wanted = select(table).where(theirs).order_by(*order)
    for row in db.session.execute(wanted).mappings():
        yield {name: _plain(value) for name, value in row.items() if name not in LEFT_OUT}


def _entries(person: Person) -> list[Row]:
    entries = readings(person.id)
    names, opened = names_of(entries), seen.opened_of(person, entries)
    return [telling.entry_of(one, names, opened) for one in reversed(entries)]


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
