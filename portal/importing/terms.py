"""Terms of taxonomies that many rows share: found, or made once. A source's own words stand beside our needs."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from uuid import UUID, uuid5

from sqlalchemy import select, update

from portal.core.extensions import db
from portal.core.fields import new_id
from portal.directory.actions import ensure_needs
from portal.directory.models import Source, Taxonomy, TaxonomyTerm
from portal.importing.facts import Term, Vocabulary
from portal.importing.later import Later
from portal.importing.parts import insert_all

LONGEST_URI = 250
AT_ONCE = 5_000
"""Values in one question."""
Value = TypeVar("Value")


def own_uri(source: Source) -> str:
    """What tells the taxonomy of a source's own words apart."""
    return f"source:{source.name}"


def uri_of(source: Source, vocabulary: Vocabulary | None) -> str:
    """What tells a taxonomy apart: its own address, else its name among the source's."""
    if vocabulary is None:
        return own_uri(source)
    return vocabulary.uri or f"{own_uri(source)}#{vocabulary.name}"[:LONGEST_URI]


def need_ids(needs: set[str]) -> dict[str, UUID]:
    """Terms of these needs of ours."""
    if not needs:
        return {}
    every = ensure_needs()
    return {need: every[need] for need in needs}


def term_ids(source: Source, terms: set[Term], later: Later | None = None) -> dict[Term, UUID]:
    """The id of each term, made where it is new, with its taxonomy. A term that is there keeps its name.

    `later` remembers those whose parent has not been told yet.
    """
    if not terms:
        return {}
    taxonomies = _taxonomies(source, {term.vocabulary for term in terms})
    taxonomy_of = {term: taxonomies[uri_of(source, term.vocabulary)] for term in terms}
    known = _known({one.id for one in taxonomy_of.values()}, {term.code for term in terms})
    taken = _there({wanted for term in terms for wanted in _all_wanted(source, term)})
    made: list[dict[str, Any]] = []
    for term in sorted(terms, key=lambda term: (term.code, repr(term))):
        taxonomy = taxonomy_of[term]
        if (taxonomy.id, term.code) in known:
            continue
        term_id = next((one for one in _all_wanted(source, term) if one not in taken), None) or new_id()
        taken.add(term_id)
        known[taxonomy.id, term.code] = term_id
        made.append(_columns(term, taxonomy) | {"id": term_id})
    if made:
        insert_all(TaxonomyTerm, made)
    found = {term: known[taxonomy_of[term].id, term.code] for term in terms}
    _name_parents(source, found, {row["id"] for row in made}, later)
    return found


def _columns(term: Term, taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "name": term.name,
        "description": term.description or term.name,
        "taxonomy": term.taxonomy or taxonomy.name,
        "taxonomy_id": taxonomy.id,
        "term": term.code,
        "term_uri": term.uri,
    }


def _taxonomies(source: Source, vocabularies: set[Vocabulary | None]) -> dict[str, Taxonomy]:
    """Taxonomies by what tells them apart, made where they are new."""
    told = {uri_of(source, one): one for one in sorted(filter(None, vocabularies), key=repr)}
    if None in vocabularies:
        about = f"Words that {source.name} uses for its listings"
        told.setdefault(own_uri(source), Vocabulary(own_uri(source), source.name, about))
    found = {str(one.uri): one for one in db.session.scalars(select(Taxonomy).where(Taxonomy.uri.in_(told)))}
    for uri, one in told.items():
        if uri not in found:
            own = {"id": one.own_id} if one.own_id is not None and db.session.get(Taxonomy, one.own_id) is None else {}
            found[uri] = Taxonomy(uri=uri, name=one.name, description=one.description, version=one.version, **own)
            db.session.add(found[uri])
    db.session.flush()
    return found


def _known(taxonomy_ids: set[UUID], codes: set[str]) -> dict[tuple[UUID | None, str], UUID]:
    known: dict[tuple[UUID | None, str], UUID] = {}
    for some in _some(codes):
        question = select(TaxonomyTerm.taxonomy_id, TaxonomyTerm.term, TaxonomyTerm.id).where(
            TaxonomyTerm.taxonomy_id.in_(taxonomy_ids), TaxonomyTerm.term.in_(some)
        )
        known |= {(taxonomy, str(code)): term_id for taxonomy, code, term_id in db.session.execute(question)}
    return known


def _name_parents(source: Source, found: dict[Term, UUID], made: set[UUID], later: Later | None) -> None:
    """Name the term above each new one, where that is there. No term comes to stand above itself."""
    by_key = {term.key: term_id for term, term_id in found.items() if term.key}
    own = {term.own_parent_id for term in found if term.own_parent_id is not None and found[term] in made}
    same = _taxonomies_of({*own, *made}) if own else {}
    wanted = {
        found[term]: by_key.get(term.parent_key)
        or _own_parent(term, found[term], same)
        or _wanted(source, term.parent_key)
        for term in found
        if term.parent_key and found[term] in made
    }
    there = _there(set(wanted.values()))
    above = {one: parent for one, parent in wanted.items() if parent in there}
    rows = [{"id": one, "parent_id": parent} for one, parent in above.items() if not _is_round(one, above)]
    if rows:
        db.session.execute(update(TaxonomyTerm), rows)
    if later is None:
        return
    for term, term_id in found.items():
        if term.parent_key and term_id in made and term_id not in above:
            later.note(TaxonomyTerm, term_id, (term.own_parent_id, _wanted(source, term.parent_key)))
    later.settle(TaxonomyTerm, "parent_id", made, same="taxonomy_id")


def _is_round(start: UUID, above: dict[UUID, UUID]) -> bool:
    seen = {start}
    place: UUID | None = above.get(start)
    while place is not None and place not in seen:
        seen.add(place)
        place = above.get(place)
    return place is not None


def _own_parent(term: Term, term_id: UUID, taxonomies: dict[UUID, UUID | None]) -> UUID | None:
    """The term above one, by the id that a portal like this one told, where that is a term of the same taxonomy."""
    parent = term.own_parent_id
    return parent if parent in taxonomies and taxonomies[parent] == taxonomies.get(term_id) else None


def _taxonomies_of(ids: set[UUID]) -> dict[UUID, UUID | None]:
    question = select(TaxonomyTerm.id, TaxonomyTerm.taxonomy_id)
    return {
        one: taxonomy
        for some in _some(ids)
        for one, taxonomy in db.session.execute(question.where(TaxonomyTerm.id.in_(some)))
    }


def _all_wanted(source: Source, term: Term) -> list[UUID]:
    """Ids under which a term may be made, the best first."""
    return [*([term.own_id] if term.own_id else []), *([_wanted(source, term.key)] if term.key else [])]


def _wanted(source: Source, key: str) -> UUID:
    """The id under which a term is made to which the source gives this one."""
    return uuid5(source.id, f"term/{key}")


def _there(ids: set[UUID]) -> set[UUID]:
    question = select(TaxonomyTerm.id)
    return {one for some in _some(ids) for one in db.session.scalars(question.where(TaxonomyTerm.id.in_(some)))}


def _some(values: Iterable[Value]) -> Iterator[list[Value]]:
    every = list(values)
    for first in range(0, len(every), AT_ONCE):
        yield every[first : first + AT_ONCE]
