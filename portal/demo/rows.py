"""Gathers rows of every table and writes them at once. Ids are made from names, so the same demo has the same ids."""

from collections import defaultdict
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table, insert

from portal.core.extensions import Base, db
from portal.directory import models
from portal.organisations.models import Organization, OrganizationIdentifier

DEMO = UUID("5b0f7c52-6b0a-5d0e-9b7f-1d7f0c5f6a46")
"""The namespace that every id of the demo is made in."""

ORDER: tuple[type[Base], ...] = (
    Organization, OrganizationIdentifier, models.Source, models.Taxonomy, models.TaxonomyTerm, models.Location,
    models.Address, models.Accessibility, models.Service, models.ServiceAtLocation, models.Schedule, models.Session,
    models.SessionException, models.Contact, models.Phone, models.Language, models.CostOption, models.ServiceArea,
    models.Funding, models.Attribute, models.SourceRecord,
)  # fmt: skip
BATCH = 2000
SETS = ("leicester", "camden", "epsom-and-surrey-downs")
"""The sets of neighbourhoods in which something goes on."""
FIRST_GROUP = ("leicester", "Larkfield Social Club")
"""Its lead, editor and workers can sign in to the demo, so there is something for them to do."""


def demo_id(*parts: object) -> UUID:
    """The id of what these words name."""
    return uuid5(DEMO, "/".join(str(part) for part in parts))


class Rows:
    """Rows that wait to be written, by table."""

    def __init__(self) -> None:
        self._waiting: dict[type[Base], dict[UUID, dict[str, Any]]] = defaultdict(dict)

    def add(self, model: type[Base], *key: object, **columns: Any) -> UUID:
        """Put one row down. The key names it; what has been put down already stays as it is."""
        row_id = demo_id(model.__tablename__, *key)
        self._waiting[model].setdefault(row_id, {"id": row_id, **columns})
        return row_id

    def ids(self, model: type[Base]) -> list[UUID]:
        """Ids of one table, in the order they were put down."""
        return list(self._waiting[model])

    def write(self) -> None:
        """Write all of them, in an order that keeps every reference whole."""
        for model in ORDER:
            table = model.__table__
            assert isinstance(table, Table)
            rows = list(self._waiting[model].values())
            for start in range(0, len(rows), BATCH):
                db.session.execute(insert(table), rows[start : start + BATCH])
        self._waiting.clear()
