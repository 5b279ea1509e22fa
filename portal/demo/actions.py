"""Loads the demo: repeatable, always the same, with dates set around the day it is first loaded."""

from uuid import UUID

from sqlalchemy import exists, func, select

from portal.core import clock
from portal.core.extensions import db
from portal.demo import made_up
from portal.demo.offers import Writer, offers
from portal.demo.places import Places
from portal.demo.rows import Rows, demo_id
from portal.demo.vocabulary import activity_terms
from portal.directory import noting
from portal.directory.actions import ensure_needs
from portal.directory.models import Service


def load(listings: int | None = None) -> list[UUID]:
    """Write the demo where it is missing, then made-up services up to `listings` in all. Gives the ids of new services.

    The caller commits.
    """
    terms = ensure_needs()
    made: list[UUID] = []
    if not _is_loaded():
        rows = Rows()
        terms_of_both = terms | activity_terms(rows)
        writer = Writer(rows, Places(rows), terms_of_both, clock.today())
        for offer in offers():
            writer.put(offer)
        made = rows.ids(Service)
        rows.write()
    if listings is not None:
        made += _fill_up(listings, terms)
    if made:
        noting.mend()
    return made


def _is_loaded() -> bool:
    first = offers()[0]
    return bool(db.session.scalar(select(exists().where(Service.id == demo_id("service", first.key)))))


def _fill_up(listings: int, terms: dict[str, UUID]) -> list[UUID]:
    missing = listings - (db.session.scalar(select(func.count()).select_from(Service)) or 0)
    if missing <= 0:
        return []
    known = set(db.session.scalars(select(Service.id)))
    rows = Rows()
    made = made_up.put_down(rows, missing, known, terms, clock.today())
    rows.write()
    return made
