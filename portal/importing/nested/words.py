"""Terms that a nested document puts on its service: our needs, and words of other taxonomies that stand beside ours."""

from typing import Any
from uuid import UUID

from portal.directory.models.taxonomies import NEEDS as OUR_URI
from portal.directory.needs import NEEDS
from portal.importing import tags
from portal.importing.facts import Term, Vocabulary
from portal.importing.nested.values import Node
from portal.importing.texts import one_line

LONGEST_CODE = 120
LONGEST_URI = 250


def terms_of(service: Node) -> tuple[tuple[Term, ...], tuple[str, ...], dict[str, UUID]]:
    """Words of other taxonomies, and our needs: those that are told as ours, else those that words surely mean.

    With the ids, by need, of what ties our needs to the listing, where a portal like this one told them.
    """
    found: dict[tuple[Any, str], Term] = {}
    needs: list[str] = []
    links: dict[str, UUID] = {}
    for attribute in service.each("attributes", "attribute"):
        node = attribute.one("taxonomy_term", "term")
        if node is None:
            continue
        detail = node.one("taxonomy_detail", "taxonomy")
        if _is_ours(node, detail):
            need = _code(node)
            if need is not None and need in NEEDS:
                node.settle(is_used=True)
                needs.append(need)
                if (link := attribute.own_id()) is not None:
                    links.setdefault(need, link)
            elif need:
                node.note(f'"{need[:40]}" is none of our needs, so it was not used')
            continue
        term = _term(node, detail, attribute.own_id())
        if term is not None:
            found.setdefault((term.vocabulary, term.code), term)
    terms = tuple(found.values())
    if not service.is_ours:
        needs += tags.needs_of(tuple(term.name for term in terms))
    return terms, tuple(dict.fromkeys(needs)), links


def _is_ours(node: Node, detail: Node | None) -> bool:
    told = _uri(detail) or detail.line("name") if detail else node.line("taxonomy")
    return told is not None and told.lower() == OUR_URI


def _code(node: Node) -> str | None:
    return next((told for key in ("term", "code") if (told := node.line(key, 250))), None)


def _term(node: Node, detail: Node | None, link_id: UUID | None) -> Term | None:
    name = node.line("name", 250) or _code(node)
    code = _code(node) or name
    if name is None or code is None:
        node.note("a term has no name, so it was not used")
        return None
    return Term(
        code=one_line(code[:LONGEST_CODE]),
        name=name,
        description=node.text("description"),
        vocabulary=_vocabulary(detail) if detail else None,
        uri=node.web("term_uri"),
        taxonomy=(told[:250] if (told := node.line("taxonomy")) else None),
        key=node.id(),
        parent_key=node.key("parent_id"),
        own_id=node.own_id(),
        own_parent_id=node.own_id("parent_id"),
        link_id=link_id,
    )


def _uri(node: Node) -> str | None:
    """What tells a taxonomy apart; one of ours says so besides where that is no address."""
    return node.line("uri") or node.ours.line("key")


def _vocabulary(node: Node) -> Vocabulary | None:
    """The taxonomy that a term names, if it names one that can be told apart."""
    name = node.line("name", 250)
    uri = _uri(node)
    if uri is None and name is None:
        return None
    if uri is not None and len(uri) > LONGEST_URI:
        node.note(
            f"the address of its taxonomy is longer than {LONGEST_URI} letters, so the words are the source's own"
        )
        return None
    title = name or uri or ""
    return Vocabulary(uri, title, node.text("description") or title, node.line("version", 60), node.own_id())
