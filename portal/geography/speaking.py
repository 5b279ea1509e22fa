"""Says places and loaded files to people and to programs, for the command line."""

from typing import Any

from portal.geography.loading import Loaded
from portal.geography.places import Place, PlaceProblem


def place_as_json(typed: str, found: Place | PlaceProblem) -> dict[str, Any]:
    """Exactly the keys that `portal geography locate --json` promises."""
    if isinstance(found, PlaceProblem):
        return {"place": found.text or typed, "problem": found.sentence}
    return {
        "place": found.text,
        "kind": found.kind,
        "lat": round(found.lat, 6),
        "lon": round(found.lon, 6),
        "neighbourhood": found.neighbourhood_name,
        "neighbourhood_code": found.neighbourhood_code,
        "authority": found.authority_name,
        "precision": found.precision,
    }


def place_in_words(typed: str, found: Place | PlaceProblem) -> str:
    """One line for people: where it is, and how sure we are of the neighbourhood."""
    if isinstance(found, PlaceProblem):
        instead = f" Perhaps you mean {found.try_instead}." if found.try_instead else ""
        return f"{typed}: {found.sentence}.{instead}"
    parts = [f"{found.label}: {found.lat:.5f}, {found.lon:.5f}"]
    if found.authority_name:
        parts.append(found.authority_name)
    if found.neighbourhood_code:
        hood = found.neighbourhood_name or found.neighbourhood_code
        word = "near" if found.certainty == "near" else "in"
        parts.append(f"{word} {hood} ({found.neighbourhood_code}, {found.vintage})")
    if found.alternatives:
        parts.append("others: " + "; ".join(other.label for other in found.alternatives))
    return ", ".join(parts)


def loaded_as_json(loaded: Loaded) -> dict[str, Any]:
    """What a file brought, for programs."""
    return {
        "file": loaded.name,
        "kind": loaded.kind,
        "taken": loaded.taken,
        "refused": dict(loaded.refused),
        "already_loaded": loaded.is_known,
        "left_out": loaded.left_out or None,
    }


def loaded_in_words(loaded: Loaded) -> str:
    """What a file brought, in a few lines for people."""
    if loaded.is_known:
        return f"{loaded.name} was loaded before: nothing to do."
    lines = [f"{loaded.name}: {loaded.said}. Rows taken: {loaded.taken:,}. Rows refused: {loaded.refused.total():,}."]
    lines += [f"  {count:,} because {reason}" for reason, count in loaded.refused.most_common()]
    return "\n".join([*lines, *([loaded.left_out] if loaded.left_out else [])])
