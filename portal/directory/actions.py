"""Writing to the directory."""

from uuid import UUID, uuid5

from flask_babel import force_locale
from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Taxonomy, TaxonomyTerm
from portal.directory.models.taxonomies import NEEDS as URI
from portal.directory.needs import NEEDS

NAMESPACE = UUID("0f3a1f1e-9f6d-5a55-8a8d-6c0f4c6f2b11")
"""Ids of needs are made in it, so that they are the same on every instance."""


def ensure_needs() -> dict[str, UUID]:
    """Make the taxonomy of needs as the code tells it, where it is missing or differs. Gives the id of each need's term.

    Names are kept in English; pages translate them from the code. Safe to repeat. The caller commits.
    """
    taxonomy = db.session.scalar(select(Taxonomy).where(Taxonomy.uri == URI))
    if taxonomy is None:
        taxonomy = Taxonomy(
            id=uuid5(NAMESPACE, URI), uri=URI, name="Needs", version="1", description="What people look for"
        )
        db.session.add(taxonomy)
        db.session.flush()
    known = {term.term: term for term in db.session.scalars(select(TaxonomyTerm).filter_by(taxonomy_id=taxonomy.id))}
    with force_locale("en"):
        for need in NEEDS.values():
            name = str(need.label)
            description = ", ".join([name, *(str(other) for other in need.also)])
            term = known.get(need.id)
            if term is None:
                term = known[need.id] = TaxonomyTerm(
                    id=uuid5(NAMESPACE, f"{URI}/{need.id}"), taxonomy_id=taxonomy.id, taxonomy="Needs", term=need.id
                )
                db.session.add(term)
            term.name, term.description = name, description
    db.session.flush()
    return {need_id: known[need_id].id for need_id in NEEDS}
