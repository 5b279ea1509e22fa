"""A group's listings by spreadsheet: what an upload would change, row by row, and then its proposals.

Nothing here passes by the rules: a changed row becomes a proposal, as if it had been typed on the pages; a new one a listing that
waits for a moderator. A row whose id is not one of the organisation's own is refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.changes import actions
from portal.changes.actions import Clash
from portal.changes.facts import read_all
from portal.changes.models import ChangeRequest
from portal.core import audit, clock, throttle
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.numbers import whole_number
from portal.core.permissions import Permission
from portal.directory.models import Service
from portal.groups import adding
from portal.groups.listings import services_of
from portal.groups.models import SheetUpload
from portal.groups.sheet_columns import COLUMNS, HEADER, ID, TO_MEND, VERSION, Problem, facts_of, texts_of
from portal.groups.sheet_files import Kind, SheetRow, UnreadableSheet, written
from portal.organisations.models import Organization

MOST_CHANGES = 200
"""Rows of one file that may change something or be new."""
MOST_REFUSED = 500
"""Rows of one file that may have something to mend: each is read by the forms of all its facts, while others wait to write."""
MOST_UPLOADS_AN_HOUR = 30
MOST_KEPT = 5
"""Uploads of one user, the newest: each may take some 30 MB of the database."""
KEPT_FOR = timedelta(days=1)
Outcome = Literal["change", "new", "same", "refused"]
NAMES: Mapping[str, str] = {one.header: one.fact for one in COLUMNS}
HEADERS: Mapping[str, str] = {one.fact: one.header for one in reversed(COLUMNS)}


@dataclass(frozen=True)
class Planned:
    """What one row would do. `problems` are (column, sentence); `facts` what it changes."""

    row: SheetRow
    outcome: Outcome
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    service: Service | None = None


@dataclass(frozen=True)
class Plan:
    """What a file would do, row by row."""

    rows: Sequence[Planned]

    def of(self, outcome: Outcome) -> list[Planned]:
        """The rows with this outcome."""
        return [one for one in self.rows if one.outcome == outcome]

    @property
    def does_anything(self) -> bool:
        """Whether there is something to confirm."""
        return any(one.outcome in {"change", "new"} for one in self.rows)


def download(organisation: Organization, kind: Kind) -> bytes:
    """The organisation's listings as a file to change and send back."""
    return written(kind, HEADER, (_cells_of(service) for service in services_of(organisation.id)))


def keep(rows: Sequence[SheetRow], organisation: Organization, *, by: User, form_key: str) -> SheetUpload:
    """Keep what was uploaded until it is confirmed. The same form sent twice keeps one."""
    body = [[row.line, dict(row.cells), row.problem] for row in rows]
    upload = SheetUpload(
        user_id=by.id, organization_id=organisation.id, form_key=form_key, body=json.dumps(body, ensure_ascii=False)
    )
    try:
        with db.session.begin_nested():
            db.session.add(upload)
    except IntegrityError:
        known = select(SheetUpload).where(SheetUpload.form_key == form_key, SheetUpload.user_id == by.id)
        found = db.session.scalar(known)
        if found is None:
            raise NotFound(_("This form was sent already. Open the page again.")) from None
        return found
    mine = select(SheetUpload.id).where(SheetUpload.user_id == by.id)
    older = mine.order_by(SheetUpload.created_at.desc(), SheetUpload.id).offset(MOST_KEPT)
    db.session.execute(delete(SheetUpload).where(SheetUpload.id.in_(older)))
    audit.record("sheet.uploaded", upload, by=by, details={"organisation": str(organisation.id), "rows": len(rows)})
    return upload


def count_upload(user_id: UUID) -> None:
    """Count one upload. Must come before the request changes anything. Raises TooManyRequests."""
    throttle.hit("sheet", str(user_id), limit=MOST_UPLOADS_AN_HOUR, seconds=3600)


def upload_for(user: User, upload_id: UUID) -> SheetUpload:
    """An upload of this user's own, for an organisation that they still may change. Raises NotFound."""
    found = db.session.get(SheetUpload, upload_id)
    if (
        found is None
        or found.user_id != user.id
        or found.created_at < clock.now() - KEPT_FOR
        or not user.can(Permission.LISTING_EDIT, organisation_id=found.organization_id)
    ):
        raise NotFound(_("This file is not kept any more. Send it again."))
    return found


def rows_of(upload: SheetUpload) -> list[SheetRow]:
    """The rows that were uploaded."""
    return [SheetRow(line, cells, problem) for line, cells, problem in json.loads(upload.body)]


def plan(rows: Sequence[SheetRow], organisation_id: UUID) -> Plan:
    """What the rows would do as things stand now. Raises UnreadableSheet for a file that is none of ours, or does too much."""
    _check_columns(rows)
    own = {str(one.id): one for one in services_of(organisation_id)}
    seen: set[str] = set()
    planned: list[Planned] = []
    count = refused = 0
    for row in rows:
        one = _planned(row, own, seen)
        count += one.outcome in {"change", "new"}
        refused += one.outcome == "refused"
        if count > MOST_CHANGES:
            raise UnreadableSheet(
                _("More than 200 rows would change something. Split the file, and send the parts one by one.")
            )
        if refused > MOST_REFUSED:
            raise UnreadableSheet(
                _("More than 500 rows have something to mend. Send the first ten alone, and mend the rest like them.")
            )
        planned.append(one)
    return Plan(planned)


def confirm(upload: SheetUpload, *, by: User) -> list[tuple[Planned, ChangeRequest | None]]:
    """Make the proposals. Rows that cannot be made any more are given without one. Confirmed twice, it is done once."""
    locked = db.session.get(SheetUpload, upload.id, with_for_update=True, populate_existing=True)
    if locked is None or locked.used_at is not None:
        return []
    locked.used_at = clock.now()
    rows = plan(rows_of(locked), locked.organization_id).rows
    made = [(one, _made(one, locked, by)) for one in rows if one.outcome in {"change", "new"}]
    audit.record("sheet.confirmed", locked, by=by, details={"changes": len(made)})
    return made


def corrected(upload: SheetUpload, kind: Kind) -> bytes:
    """The rows that cannot be taken, as they were sent, with a column that says what to mend."""
    refused = plan(rows_of(upload), upload.organization_id).of("refused")
    header = list(dict.fromkeys([TO_MEND, *(name for one in refused for name in one.row.cells if name != TO_MEND)]))
    rows = ({**one.row.cells, TO_MEND: sentences(one)} for one in refused)
    return written(kind, header, rows)


def sentences(one: Planned) -> str:
    """What to mend in a row, as one text."""
    return " ".join(f"{column}: {sentence}" if column else sentence for column, sentence in one.problems)


@job("groups.tidy_sheets")
def tidy() -> None:
    """Forget uploads that are a day old."""
    db.session.execute(delete(SheetUpload).where(SheetUpload.created_at < clock.now() - KEPT_FOR))


def _check_columns(rows: Sequence[SheetRow]) -> None:
    known = {name for row in rows[:50] for name in row.cells} & set(HEADER)
    if "name" not in known:
        raise UnreadableSheet(
            _("This file has no column “name”. Download your listings here, change that file, and send it back.")
        )


def _planned(row: SheetRow, own: Mapping[str, Service], seen: set[str]) -> Planned:
    name = row.cells.get("name", "")[:80]
    if row.problem is not None:
        return Planned(row, "refused", name, problems=[("", row.problem)])
    key = row.cells.get(ID, "").strip().casefold()
    if key and key in seen:
        return Planned(row, "refused", name, problems=[(ID, _("This listing stands in the file twice."))])
    seen.add(key)
    service = own.get(key)
    if key and service is None:
        return Planned(
            row,
            "refused",
            name,
            problems=[(ID, _("This is not one of your listings. For a new one leave this empty."))],
        )
    if service is None:
        return _new(row, name)
    facts, problems = facts_of(row.cells, read_all(service))
    if not problems and (version := row.cells.get(VERSION, "").strip()) and whole_number(version) is None:
        problems = [(VERSION, _("Leave this number as it was."))]
    outcome: Outcome = "refused" if problems else "change" if facts else "same"
    return Planned(row, outcome, service.name, facts, problems, service)


def _new(row: SheetRow, name: str) -> Planned:
    facts, problems = facts_of(row.cells, {})
    told = {fact for column, _why in problems if (fact := NAMES.get(column))}
    lacking = [one for one in adding.missing(facts) if not told & set(one.facts)]
    problems += [(HEADERS.get(one.facts[0], ""), _("We need %(what)s", what=str(one.label))) for one in lacking]
    return Planned(row, "refused" if problems else "new", name, facts, problems)


def _made(one: Planned, upload: SheetUpload, by: User) -> ChangeRequest | None:
    key = f"sheet:{upload.id.hex}:{one.row.line}"
    try:
        with db.session.begin_nested():
            if one.service is None:
                organisation = db.session.get_one(Organization, upload.organization_id)
                draft = adding.begin(organisation, by=by, key=key, facts={})
                adding.save(draft, one.facts)
                return actions.submit(draft, by=by)
            version = whole_number(one.row.cells.get(VERSION, "").strip())
            base = min(version, one.service.version) if version is not None else one.service.version
            return actions.propose(one.service, one.facts, by=by, base_version=base, key=key)
    except (Clash, DomainError):
        return None


def _cells_of(service: Service) -> dict[str, str]:
    return {ID: str(service.id), VERSION: str(service.version)} | texts_of(read_all(service))
