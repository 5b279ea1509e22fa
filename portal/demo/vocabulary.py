"""A second vocabulary beside the needs, as another directory might bring along."""

from uuid import UUID

from portal.demo.rows import Rows
from portal.directory.models import Taxonomy, TaxonomyTerm

URI = "https://example.org/taxonomies/activity-types"
TERMS = {
    "act:meal": "Shared meal",
    "act:walk": "Guided walk",
    "act:choir": "Choir or singing group",
    "act:workshop": "Workshop with tools",
    "act:stay-and-play": "Stay and play",
    "act:advice": "Advice session",
    "act:class": "Taught class",
    "act:telephone": "Telephone service",
}


def activity_terms(rows: Rows) -> dict[str, UUID]:
    """Put the vocabulary down. Gives the id of each of its terms."""
    taxonomy = rows.add(
        Taxonomy, URI, name="Activity types (demo)", uri=URI, version="1",
        description="An invented list of kinds of activity, to show vocabularies side by side.",
    )  # fmt: skip
    return {
        code: rows.add(
            TaxonomyTerm, URI, code, name=name, description=name, taxonomy="Activity types (demo)", taxonomy_id=taxonomy,
            term=code.removeprefix("act:"), term_uri=f"{URI}#{code.removeprefix('act:')}",
        )
        for code, name in TERMS.items()
    }  # fmt: skip
