"""Without an index the same search is answered from the database, filtered alike."""

from typing import Any

import pytest

from portal.directory.asking import SearchRequest
from portal.directory.filters import FILTERS
from portal.directory.finding import find
from portal.search import current
from portal.search.port import Engine, IndexUnavailable

pytestmark = pytest.mark.usefixtures("monday")

HERE = "LE2 0QB"


class NoIndex:
    """An engine whose index is gone."""

    def __getattr__(self, name: str) -> Any:
        def unavailable(*_args: Any, **_options: Any) -> Any:
            raise IndexUnavailable

        return unavailable


@pytest.fixture
def both(app: Any, make: Any, index_now: Any) -> Any:
    """A function that searches with the index and without it."""
    place = make.location(point=(52.63, -1.12), access={"step_free": True, "parking": False})
    make.service(
        "Tea table", location=place, sessions=[make.session("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")], languages=["gu"]
    )
    make.service(
        "Tea dance",
        place={"point": (52.70, -1.12)},
        cost=700,
        needs=["older-social"],
        minimum_age=65,
        joining=["self_refer"],
    )
    make.service("Tea by phone", is_online=True, cost="donation", needs=["befriending"], bring_someone=True)
    make.service("Chess", place={"point": (52.63, -1.12)}, description="A quiet board game.", needs=["mens-groups"])
    make.service("Tea in Aberdeen", place={"point": (57.15, -2.1), "authority_code": "S12000033"})
    index_now()

    def search(**asked: Any) -> tuple[Any, Any]:
        request = SearchRequest(limit=50, **asked)
        with app.test_request_context("/"):
            indexed = find(request, with_rows=True)
            engine: Engine = current.engine()
            current.init_app(app, NoIndex())  # type: ignore[arg-type]
            try:
                return indexed, find(request, with_rows=True)
            finally:
                current.init_app(app, engine)

    return search


def test_the_database_finds_what_the_index_finds(both: Any) -> None:
    for asked in (
        {"words": "tea"},
        {"near": HERE},
        {"words": "tea", "near": HERE},
        {"words": "tea", "near": HERE, "within": "3"},
    ):
        indexed, plain = both(**asked)
        assert plain.from_sql and not indexed.from_sql
        assert {row.id for row in plain.rows} == {row.id for row in indexed.rows}, asked
        assert plain.total == indexed.total


def test_each_filter_narrows_alike_with_the_same_counts(both: Any) -> None:
    for one in FILTERS:
        for value in ("open_now", "today", "sun") if one.name == "when" else one.ids[:4]:
            request = (
                SearchRequest(near=HERE) if value == "all" else SearchRequest(near=HERE).with_value(one.name, value)
            )
            indexed, plain = both(near=HERE, within=request.within, filters=request.filters)
            assert {row.id for row in plain.rows} == {row.id for row in indexed.rows}, (one.name, value)
            assert plain.facets == indexed.facets, (one.name, value)


def test_the_page_still_offers_ways_on(both: Any) -> None:
    _indexed, plain = both(words="tea", near=HERE, within="1", filters={"language": ("pl",)})
    assert plain.total == 0
    assert ("In any language", 2) in [(way.label, way.count) for way in plain.widenings]


def test_hostile_words_are_only_words(both: Any) -> None:
    for words in ("100%", "_", "' OR 1=1 --", "\\", "tea%"):
        _indexed, plain = both(words=words)
        assert plain.from_sql
