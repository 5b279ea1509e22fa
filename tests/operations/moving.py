"""An instance with something in every table, as a file of SQLite; and targets for it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from portal.app import create_app
from portal.core import audit, clock
from portal.core.encryption import EncryptedBytes
from portal.core.extensions import Base, db
from portal.core.jobs import Job
from portal.core.settings import Settings
from portal.core.throttle import ThrottleCount
from portal.core.timetable import TimetableRun
from portal.core.transactions import unit
from portal.demo import actions as demo
from portal.directory.models import Attribute, CostOption, Funding, Service, SessionException, TaxonomyTerm
from portal.geography.actions import ensure_sets
from portal.geography.models import AreaName, GeographyFile, PlaceName, PostcodeFact
from portal.notifications.models import Channel
from portal.organisations.models import OrganizationIdentifier
from portal.shortlists.models import Shortlist
from portal.unmet.models import UnmetNeed
from tests.factories import Make
from tests.support.postgres import Server

HARD = "Caffi’r Bont — “quoted” \\ back, tab\t, line\nbreak, \U0001f9f6, é, NULL, 100% {x} :name $1"
MADE = datetime(2026, 10, 25, 0, 59, 59, 123456, tzinfo=UTC)

NOT_BOTH = frozenset({("measure_result", "why_none"), ("partner_role", "under_id")})
"""Columns that are empty where another of their table is not."""
ENDS = frozenset({"valid_to"})
"""Days that must come after another of their table."""


def fill(file: Path, settings: Settings) -> None:
    """Make this file of the newest form an instance: some of the demo, and by factories what the demo lacks."""
    with opened(settings, f"sqlite:///{file}"):
        demo.load()
        _keep_some(30)
        ensure_sets()
        db.session.commit()
        make = Make()
        _fill_directory(make)
        _fill_the_rest()
        db.session.commit()
        for action in ("first", "second"):
            with unit():
                audit.record(action, by="operator", details={"facts": ["phone", HARD]})
        for name in empty_tables():
            _put_one_row(Base.metadata.tables[name])
        db.session.commit()
    with sqlite3.connect(file) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


@contextmanager
def opened(settings: Settings, url: str, search: str = "") -> Iterator[Flask]:
    """The application over this database."""
    app = create_app(replace(settings, database_url=url, search=search))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def database(server: Server, like: str = "") -> str:
    """The address of a new database: an empty one, or a copy of the one at that address, which nobody may use meanwhile."""
    name = f"c{uuid4().hex[:12]}"
    template = f" template {make_url(like).database}" if like else ""
    with sqlalchemy.create_engine(server.url(), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"create database {name}{template}"))
    return server.url(name)


def on(url: str, statement: str, **values: object) -> list[tuple[object, ...]]:
    """Run a statement on the database at this address."""
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        found = connection.execute(text(statement), values)
        rows = [tuple(row) for row in found] if found.returns_rows else []
    engine.dispose()
    return rows


def empty_tables() -> list[str]:
    """Tables of the current application that hold nothing, the index's and the mark aside."""
    return [
        table.name
        for table in Base.metadata.sorted_tables
        if not table.name.startswith("search_")
        and table.name != "copy_mark"
        and not db.session.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(table)).scalar()
    ]


def _put_one_row(table: sqlalchemy.Table) -> None:
    """One row with a value in every column: of a table that neither the demo nor a factory fills."""
    values = {column.name: _some_value(column) for column in table.columns}
    db.session.execute(
        table.insert().values(
            {name: None if (table.name, name) in NOT_BOTH else value for name, value in values.items()}
        )
    )


def _some_value(column: sqlalchemy.Column[Any]) -> object:
    """A value of the column's type; of a column that refers to another table, one that stands there."""
    for key in column.foreign_keys:
        return db.session.scalar(sqlalchemy.select(key.column).limit(1))
    if told := _allowed(column):
        return told
    if column.name in ENDS:
        return MADE.date() + timedelta(days=1)
    if isinstance(column.type, EncryptedBytes):
        return b"\x00\xff"
    kind = column.type.impl_instance if isinstance(column.type, sqlalchemy.types.TypeDecorator) else column.type
    length = getattr(kind, "length", None)
    for type_, value in (
        (sqlalchemy.Boolean, True), (sqlalchemy.Uuid, uuid4()), (sqlalchemy.DateTime, MADE), (sqlalchemy.Date, MADE.date()),
        (sqlalchemy.Time, time(23, 59)), (sqlalchemy.Integer, 1), (sqlalchemy.Float, 0.1), (sqlalchemy.Numeric, Decimal("0.1")),
        (sqlalchemy.LargeBinary, b"\x00\xff"), (sqlalchemy.JSON, {"é": [1, None]}),
    ):  # fmt: skip
        if isinstance(kind, type_):
            return value
    return HARD[:length] if length else HARD


def _allowed(column: sqlalchemy.Column[Any]) -> str | int | None:
    """The first of the words that a column may hold, where a constraint of its table lists them; of a figure that is told, 10."""
    checks = (one for one in column.table.constraints if isinstance(one, sqlalchemy.CheckConstraint))
    for check in checks:
        if re.search(rf"\b{column.name} % 5 = 0", str(check.sqltext)):
            return 10
        if found := re.search(rf"\b{column.name} in \('([^']+)'", str(check.sqltext), re.IGNORECASE):
            return found[1]
    return None


def _keep_some(count: int) -> None:
    """Leave so many listings of the demo, to be quick."""
    kept = list(db.session.scalars(sqlalchemy.select(Service.id).order_by(Service.id).limit(count)))
    db.session.execute(sqlalchemy.delete(Attribute).where(Attribute.link_id.not_in(kept)))
    db.session.execute(sqlalchemy.delete(Service).where(Service.id.not_in(kept)))
    db.session.commit()


def _fill_directory(make: Make) -> None:
    parent = make.organisation("Later Trust")
    child = make.organisation("Earlier Trust", parent_organization_id=parent.id, description=HARD)
    db.session.add(
        OrganizationIdentifier(
            organization_id=child.id, identifier_scheme="GB-CHC", identifier_type="Charity number", identifier="1234567"
        )
    )
    session = make.session(name="Knitting", valid_to=clock.today() + timedelta(days=90))
    session.exceptions.append(SessionException(date=clock.today(), kind="extra", starts_at=time(23, 59, 59)))
    kept = make.service(
        "Kept",
        organisation=child,
        description=HARD,
        sessions=[session],
        opening=[make.opening()],
        languages=["cy"],
        areas=["E06000016", "*"],
        phone="0116 496 0000",
        place={"access": {"step_free": True, "toilet": False}, "point": (52.63161234567891, -1.1243)},
        first_visit=["Ring the bell", HARD],
    )
    kept.cost_options.append(CostOption(kind="paid", amount=Decimal("1234567.50"), valid_from=date(2026, 2, 28)))
    kept.funding.append(Funding(source=HARD))
    make.service("Merged", merged_into_id=kept.id, withdrawn_at=MADE, is_online=True)
    record = make.imported("Imported").source_record
    assert record is not None
    record.document = {"b": [1, 1.0, 1e22, 0.1, None], "a": {"z": HARD, "é": True}}
    first, second = make.need("loneliness"), make.need("debt")
    db.session.add(
        TaxonomyTerm(name="Under", description="", taxonomy_id=first.taxonomy_id, term="under", parent_id=second.id)
    )


def _fill_the_rest() -> None:
    file = GeographyFile(kind="onspd", name="ONSPD.csv", digest="0" * 64, rows_taken=1)
    db.session.add(file)
    db.session.flush()
    db.session.add_all(
        [
            AreaName(code="E02000001", vintage=2021, key="a", name="A", file_id=file.id),
            PlaceName(id="osgb1", key="b", name="B", kind="town", lat=52.0, lon=-1.0, file_id=file.id),
            PostcodeFact(postcode="ZZ11AA", lat=None, ended_date=date(1999, 12, 31), file_id=file.id),
            PostcodeFact(postcode="ÉÉ11AA", lat=1e-7, lon=-0.1, deprivation_rank=2**31 - 1, file_id=file.id),
            Channel(name="sms", failures=2, closed_until=MADE, last_error=HARD[:80]),
            Shortlist(code="ABC123", service_ids=[str(uuid4())], expires_at=MADE),
            ThrottleCount(name="form", key="b" * 64, window_began_at=MADE, count=3),
            ThrottleCount(name="Form", key="a" * 64, window_began_at=MADE, count=2),
            TimetableRun(name="search.refresh", ran_at=MADE),
            UnmetNeed(needs=["debt"], district="LE2", words="nobody to talk to", contact=HARD, form_key="k" * 64),
            Job(id=4711, name="search.update", payload={"ids": []}, lease_until=MADE, attempts=2, key="x"),
        ]
    )
