"""Reading Whoosh's blocks gives what its own readers give."""

from random import Random

import pytest
from whoosh.reading import SegmentReader

from portal.search import postings
from portal.search.port import Document
from portal.search.postings import Cache
from portal.search.whoosh_engine import WhooshEngine
from portal.search.whoosh_shelf import WhooshShelf


@pytest.fixture(scope="module")
def reader() -> SegmentReader:
    """A segment of 700 documents, so that a word has several blocks, with 30 of them deleted."""
    chance = Random(11)
    engine = WhooshEngine(None)
    texts = [" ".join(chance.choices(("walk", "tea", "chess", "grief"), k=chance.randrange(1, 8))) for _ in range(700)]
    engine.rebuild(Document(f"{number:03}", texts={"description": text}) for number, text in enumerate(texts))
    engine.update([], [f"{number:03}" for number in (0, 1, *range(100, 128))])
    shelf = engine._files.snapshot().shelf
    assert isinstance(shelf, WhooshShelf)
    return next(iter(shelf.readers.values()))


@pytest.mark.parametrize("word", ["walk", "tea", "chess", "grief"])
def test_blocks_hold_what_whoosh_steps_through(reader: SegmentReader, word: str) -> None:
    docs, weights = postings.postings_of(reader, "stems", f"en:{word}")
    alive = [number for number, doc in enumerate(docs) if not reader.is_deleted(int(doc))]
    matcher = reader.postings("stems", f"en:{word}")
    stepped = []
    while matcher.is_active():
        stepped.append((matcher.id(), matcher.weight()))
        matcher.next()
    assert [(int(docs[number]), weights[number]) for number in alive] == stepped
    assert len(stepped) > 200


def test_places_are_those_that_whoosh_decodes(reader: SegmentReader) -> None:
    (docs, _), places = postings.places_of(reader, "stems", "en:walk")
    matcher = reader.postings("stems", "en:walk")
    stepped = []
    while matcher.is_active():
        stepped += [matcher.id() * postings.AT + place for place in matcher.value_as("positions")]
        matcher.next()
    assert sorted(set(places.tolist()) & set(stepped)) == stepped
    assert set(places // postings.AT) == set(docs)


def test_a_reader_of_another_kind_is_stepped_through(reader: SegmentReader, monkeypatch: pytest.MonkeyPatch) -> None:
    by_block = postings.postings_of(reader, "stems", "en:tea")
    monkeypatch.setattr(postings, "W3LeafMatcher", type(None))
    by_step = postings.postings_of(reader, "stems", "en:tea")
    assert [list(part) for part in by_block] == [list(part) for part in by_step]


def test_a_word_that_is_not_there_has_no_postings(reader: SegmentReader) -> None:
    assert len(postings.postings_of(reader, "stems", "en:zyzzyva")[0]) == 0
    assert len(postings.places_of(reader, "stems", "en:zyzzyva")[1]) == 0


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    made: list[str] = []
    cache = Cache(limit=40)

    def ask(name: str) -> None:
        if cache.find((name,)) is None:
            made.append(name)
            cache.keep((name,), postings.NONE)

    for name in "abacab":
        ask(name)
    assert made == ["a", "b", "c", "b"]
