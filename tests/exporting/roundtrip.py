"""What must be the same after an export and an import: documents without ids, without who confirmed and when it changed."""

import json
from collections.abc import Iterator
from typing import Any

from portal.core.extensions import db
from portal.directory.queries import public_ids_after
from portal.openreferral.documents import service_documents
from portal.openreferral.flattening import Document

NOT_TAKEN = frozenset(
    {"last_modified", "assured_date", "assurer_email", "assured_by", "assured_how", "freshness", "provenance"}
)
"""An import confirms nothing, changes a listing now, and is itself where it comes from."""
ASIDE = NOT_TAKEN | {"id"}


def documents() -> Iterator[Document]:
    """Every public service of the instance."""
    last = None
    while ids := public_ids_after(last, 500):
        last = ids[-1]
        for _listing, document in service_documents(ids):
            yield document
    db.session.rollback()


def facts(value: Any) -> Any:
    """A document without what may differ. Lists of records have no order; lists of words do."""
    if isinstance(value, list):
        told = [facts(one) for one in value]
        return sorted(told, key=lambda one: json.dumps(one, sort_keys=True)) if _are_records(value) else told
    if isinstance(value, dict):
        left = {name: facts(one) for name, one in value.items() if name not in ASIDE and not name.endswith("_id")}
        return {name: one for name, one in left.items() if one not in ({}, [])}
    return value


def in_order(value: Any) -> Any:
    """A document as an import must bring it back, ids and all: without what it never takes, records in order of their ids."""
    if isinstance(value, list):
        told = [in_order(one) for one in value]
        return sorted(told, key=lambda one: str(one.get("id"))) if _are_records(value) else told
    if isinstance(value, dict):
        return {name: in_order(one) for name, one in sorted(value.items()) if name not in NOT_TAKEN}
    return value


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two documents differ, as a line each: "contacts/0/name: 'a' is 'b'"."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            yield from differences(one.get(name), other.get(name), f"{path}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{path}/{number}")
    elif one != other:
        yield f"{path.lstrip('/')}: {json.dumps(one, ensure_ascii=False)} is {json.dumps(other, ensure_ascii=False)}"


def lost(before: list[Document], after: list[Document]) -> list[str]:
    """What is not the same, by name of service."""
    pairs = zip(_by_name(before), _by_name(after), strict=False)
    told = [f"{one['name']}: {line}" for one, other in pairs for line in differences(one, other)]
    return told if len(before) == len(after) else [f"{len(before)} services are {len(after)}", *told]


def _by_name(found: list[Document]) -> list[Document]:
    return sorted((facts(one) for one in found), key=lambda one: (one["name"], json.dumps(one, sort_keys=True)))


def _are_records(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict)
