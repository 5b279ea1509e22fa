"""Bringing an instance up to date: tables, postcodes, our own vocabularies, the search index. Safe to repeat."""

from collections.abc import Callable

from portal.core.database import reading
from portal.core.extensions import db, settings
from portal.core.transactions import unit
from portal.directory import indexing, noting
from portal.directory.actions import ensure_needs
from portal.geography import building
from portal.geography.actions import ensure_sets
from portal.operations import schema
from portal.search.current import sweep

Told = Callable[[str], None]


def upgrade(tell: Told, progress: building.Progress | None = None) -> None:
    """Migrate the database, build the postcode structure, write our needs, and mend the index where it is missing.

    The neighbourhood sets that we ship are written where PORTAL_AREA names sets, and in a demo.
    """
    migrate(tell)
    building.ensure_built(settings().geography_folder, progress)
    tell("Postcodes are ready.")
    with unit():
        ensure_needs()
        noting.mend()
        if settings().demo or settings().area:
            ensure_sets()
    sweep(settings())
    if indexing.mend_index():
        tell("The search index was built anew.")
    else:
        tell("The search index is there.")


def migrate(tell: Told) -> None:
    """Bring the tables to the newest form. Each migration is a transaction of its own."""
    before = revision()
    schema.upgrade()
    after = revision()
    tell(
        f"The database is at {after}."
        if before == after
        else f"The database was brought from {before or 'nothing'} to {after}."
    )


def revision() -> str | None:
    """The migration that the database stands at, or none for an empty one."""
    with reading(), db.engine.connect() as connection:
        return schema.of(connection)


def newest_revision() -> str | None:
    """The newest migration that this code knows."""
    return schema.newest()
