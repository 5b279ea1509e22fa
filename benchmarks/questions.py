"""What people ask a directory, drawn from its own listings: one to three words of one, near a place that is near it."""

from random import Random

from flask import Flask

from portal.core.database import reading
from portal.directory import indexing, queries
from portal.geography.places import Place
from portal.geography.queries import locate
from portal.search import words

PLACES = (
    *("LE2 0QB", "Leicester", "NW1", "Camden Town", "KT19", "Epsom", "Manchester", "Leeds", "Bristol", "Sheffield"),
    *("York", "Norwich", "Exeter", "Newcastle upon Tyne", "Nottingham", "Cardiff", "Oxford", "Reading", "Plymouth"),
    *("Chester", "Liverpool", "Birmingham", "Southampton", "Lincoln", "Carlisle", "Ipswich", "Gloucester"),
)
SHORTEST = 3


def questions(app: Flask, number: int, seed: int = 11) -> list[tuple[str, str]]:
    """Different pairs of words and a place."""
    chance = Random(seed)
    with app.app_context(), reading():
        located = {name: found for name in PLACES if isinstance(found := locate(name), Place)}
        chosen = chance.sample(queries.public_ids(), number * 2)
        documents = [indexing.document_of(one) for one in queries.in_batches(sorted(chosen))]
    chance.shuffle(documents)
    found: dict[tuple[str, str], None] = {}
    for document in documents:
        text = " ".join(document.texts.get(name, "") for name in ("name", "needs", "summary"))
        told = [
            word for word in dict.fromkeys(words.cut(text)) if len(word) >= SHORTEST and word not in words.stops("en")
        ]
        size = chance.choices((1, 2, 3), (5, 3, 2))[0]
        if not document.points or len(told) < size:
            continue
        point = document.points[0]
        near = min(located, key=lambda name: _apart(located[name], point.lat, point.lon))
        found[" ".join(chance.sample(told, size)), near] = None
    return list(found)[:number]


def _apart(place: Place, lat: float, lon: float) -> float:
    """How far, for comparing alone: a degree of longitude counts for 0.6 of one of latitude here."""
    return (place.lat - lat) ** 2 + (0.6 * (place.lon - lon)) ** 2
