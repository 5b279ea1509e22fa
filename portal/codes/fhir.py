"""What the lists of FHIR R4 hold: CodeSystem, and ValueSet that was expanded or names its codes. JSON or XML."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from portal.codes.models import UNCONFIRMED
from portal.core.plain import one_line

NAMESPACE = "{http://hl7.org/fhir}"
MOST_DEPTH = 20
"""Concepts within each other."""
DEEPEST = 2 * MOST_DEPTH + 10
"""Elements of XML within each other."""
REPEATED = frozenset({"concept", "contains", "include"})
YES_NO = frozenset({"abstract", "inactive"})
DRAFT = "draft"


def is_list(resource: dict[str, Any]) -> bool:
    """Whether a resource holds codes."""
    return resource.get("resourceType") in ("CodeSystem", "ValueSet")


def told(resource: dict[str, Any]) -> dict[str, str]:
    """What it says of itself, in our words: a draft is not confirmed. Its name is not ours."""
    said = {key: one_line(resource[key]) for key in ("version", "url", "status") if isinstance(resource.get(key), str)}
    kept = {"version": said["version"]} if "version" in said else {}
    if resource["resourceType"] == "CodeSystem" and "url" in said:
        kept["system"] = said["url"]
    if said.get("status") == DRAFT:
        kept["status"] = UNCONFIRMED
    return kept


def entries(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Its codes with label, parent, system and whether they are active. Raises ValueError where they go too deep."""
    if resource["resourceType"] == "CodeSystem":
        yield from _nested(resource.get("concept"), "concept")
        return
    if isinstance(expansion := resource.get("expansion"), dict):
        yield from _nested(expansion.get("contains"), "contains")
        return
    compose = resource.get("compose")
    included = compose.get("include") if isinstance(compose, dict) else None
    for part in included if isinstance(included, list) else ():
        if isinstance(part, dict):
            for one in _nested(part.get("concept"), "concept"):
                yield one | {"system": part.get("system")}


def _nested(concepts: Any, below: str, parent: str = "", depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > MOST_DEPTH:
        raise ValueError("too deep")
    for one in concepts if isinstance(concepts, list) else ():
        if not isinstance(one, dict):
            yield {}
            continue
        is_heading = one.get("abstract") is True
        if not is_heading:
            active = "no" if one.get("inactive") is True else ""
            held = {key: one.get(key) for key in ("code", "system")}
            yield held | {"label": one.get("display"), "parent": parent, "active": active}
        yield from _nested(one.get(below), below, parent if is_heading else str(one.get("code", "")), depth + 1)


def of_xml(text: str) -> dict[str, Any]:
    """The resource of a file of XML, as its JSON would be, as far as it is read here. Raises ValueError."""
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(text, forbid_dtd=True)
    except ParseError as error:
        raise ValueError("broken") from error
    return {"resourceType": _tag(root), **_held(root)}


def _held(element: Element, depth: int = 0) -> dict[str, Any]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    held: dict[str, Any] = {}
    for child in element:
        name, value = _tag(child), child.get("value")
        if name in REPEATED:
            held.setdefault(name, []).append(_held(child, depth + 1))
        elif name in YES_NO:
            held[name] = value == "true"
        else:
            held[name] = value if value is not None else _held(child, depth + 1)
    return held


def _tag(element: Element) -> str:
    return str(element.tag).removeprefix(NAMESPACE)
