"""All that is held about a person: every table with rows of theirs, found by the foreign keys, and what becomes of each.

A new table that belongs to a person fails a test until it stands in `BECOMES`; a new encrypted column is exported and erased
without another word.
"""

from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from portal.core.encryption import EncryptedText
from portal.core.extensions import Base

Becomes = Literal["emptied", "deleted"]
BECOMES: dict[str, Becomes] = {
    "person": "emptied",
    "consent": "emptied",
    "referral": "emptied",
    "introduction": "emptied",
    "goal": "deleted",
    "person_contact": "deleted",
    "person_flag": "deleted",
    "introduction_event": "deleted",
    "appointment": "deleted",
    "referral_message": "deleted",
    "referral_attachment": "deleted",
    "referral_attachment_piece": "deleted",
    "introduction_link": "deleted",
    "helped_asked": "deleted",
    "document_dispatch": "deleted",
    "safety_concern": "deleted",
    "kept_answers": "deleted",
    "measure_result": "deleted",
    "record_note": "deleted",
    "broken_glass": "deleted",
    "together_line": "deleted",
    "huddle_gap": "emptied",
    "huddle_case": "deleted",
    "huddle_note": "deleted",
    "huddle_action": "deleted",
}
"""By table. What is emptied keeps the columns of `KEPT`, so that referrals can still be counted."""
KEPT: dict[str, frozenset[str]] = {
    "person": frozenset(
        {"id", "reference", "organization_id", "created_at", "closed_at", "retention_class", "version", "erased_at"}
    ),
    "consent": frozenset(
        {"id", "person_id", "organization_id", "status", "scopes", "how", "given_by", "wording", "lawful_basis"}
        | {"given_at", "expires_on", "ended_at", "ended_by", "ended_how", "recorded_for_id"}
    ),
    "referral": frozenset(
        {"id", "reference", "person_id", "organization_id", "route", "status", "based_on_id", "created_at", "sent_at"}
        | {"ended_at", "closed_reason", "version"}
    ),
    "introduction": frozenset(
        {"id", "reference", "referral_id", "person_id", "kind", "organization_id", "service_id", "state", "version"}
        | {"consent_id", "nation", "clock_spent", "clock_step", "respond_by", "reason_code", "ended_by", "ended_at"}
        | {"is_acted_on", "replaces_id", "part_of_id", "created_at", "changed_at", "sent_at", "first_opened_at"}
        | {"answered_at", "started_at"}
    ),
    "huddle_gap": frozenset(
        {"id", "team_id", "neighbourhood_id", "person_id", "need", "at", "decision", "decided_at", "decided_by_id"}
        | {"version"}
    ),
}
"""Dates of ours, codes and ids: nothing that somebody told."""
ROOTS = ("person", "referral", "introduction")


def tables() -> list[Table]:
    """The person's own table and every one whose rows belong to a person, in the order in which rows could be added."""
    every = Base.metadata.sorted_tables
    mine = {"person"}
    while True:
        more = {table.name for table in every if table.name not in mine and _leads_to(table) & mine}
        if not more:
            return [table for table in every if table.name in mine]
        mine |= more


def of_person(table: Table, person_id: UUID) -> ColumnElement[bool]:
    """Of a table's rows: those that belong to the person. Raises LookupError where nothing tells."""
    if table.name == "person":
        return table.c.id == person_id
    if "person_id" in table.c:
        return table.c.person_id == person_id
    for name in ("introduction", "referral"):
        column = table.c.get(f"{name}_id")
        if column is not None:
            root = Base.metadata.tables[name]
            return column.in_(select(root.c.id).where(root.c.person_id == person_id))
    raise LookupError(f"say in portal/governance/holdings.py how rows of {table.name} belong to a person")


def encrypted(table: Table) -> Iterator[str]:
    """The names of a table's encrypted columns."""
    yield from (column.name for column in table.columns if isinstance(column.type, EncryptedText))


def emptied(table: Table) -> dict[str, Any]:
    """What to put into the columns of a row that stays: nothing, or what stands for nothing where there must be something."""
    kept = KEPT[table.name]
    return {column.name: _nothing(column) for column in table.columns if column.name not in kept}


def _leads_to(table: Table) -> set[str]:
    return {
        key.column.table.name
        for key in table.foreign_keys
        if key.column.table.name in BECOMES or key.column.table.name in ROOTS
    }


def _nothing(column: Any) -> Any:
    if column.nullable:
        return None
    default = column.default
    if default is None:
        raise LookupError(f"{column.table.name}.{column.name} has nothing to be emptied to")
    return default.arg(None) if default.is_callable else default.arg
