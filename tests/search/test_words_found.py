"""Which words find which documents, in every engine."""

from dataclasses import replace

import pytest

from portal.search.port import TOPIC, Document, Engine, Point, Query

WALK = Document(
    "walk", texts={"name": "Walking for Grief", "description": "The cost of living. Tea in the Café after."}
)
CHESS = Document("chess", texts={"name": "Chess", "description": "Living rooms. We talk of the cost, and of grief"})
CERDDED = Document("cerdded", language="cy", texts={"name": "Grŵp cerdded", "summary": "Walking i'r teulu"})
URDU = Document("urdu", language="ur", texts={"name": "خواتین کا گروپ", "description": "چائے اور باتیں"})
NAMED = Document(
    "named", texts={"name": "Gardening", "description": "Come along"}, facets={TOPIC: frozenset({"lonely"})}
)

NASTY = (
    "🙂🙂",
    "\x00\x01\x02 walking\x7f",
    "\u202ewalking\u202c",
    "walking" * 2_000,
    "walking " * 2_000,
    '"' * 10_000,
    "*" * 10_000,
    "a* b* c* ** *",
    'walking AND (NOT chess OR name:[a TO z]) "',
    "name:walking^99 ~chess +-&&||!(){}[]\\/?",
    "(a+)+$ .* [a-z]{1,9999}",
    "' OR 1=1 --; DROP TABLE service",
    "{{7*7}} ${7*7} <script>",
    "the and of a",
    "\ud800 lone surrogate",
    "ﷺ ﷽ Ⅻ ½ ß ŉ",
    "ा्ि ्",
    "％００ ＷＡＬＫ",
)


@pytest.fixture
def engine(engine: Engine) -> Engine:
    engine.rebuild([WALK, CHESS, CERDDED, URDU, NAMED])
    return engine


def found(engine: Engine, words: str, language: str = "en") -> set[str]:
    return {hit.id for hit in engine.search(Query(words, language)).hits}


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("walks", {"walk"}),
        ("CAFE", {"walk"}),
        ("café", {"walk"}),
        ("grwp", {"cerdded"}),
        ("گروپ", {"urdu"}),
        ("grief chess", {"chess", "walk"}),
        ('"cost of living"', {"walk"}),
        ('"living cost"', set()),
        ("“cost of living”", {"walk"}),
        ('"grief the cost"', set()),
        ('"in the café" grief', {"walk", "chess"}),
        ("chess*", {"chess"}),
        ("cerd*", {"cerdded"}),
        ("gri* tal*", {"chess", "walk"}),
        ("the grief of a chess", {"chess", "walk"}),
    ],
)
def test_words_find(engine: Engine, words: str, ids: set[str]) -> None:
    assert found(engine, words) == ids


def test_a_document_is_read_in_its_own_language_whatever_page_the_question_comes_from(engine: Engine) -> None:
    assert found(engine, "walking", "cy") == found(engine, "walking", "en") == {"walk", "cerdded"}
    assert found(engine, "walked", "cy") == {"walk"}


def test_a_star_needs_three_letters_and_stands_at_the_end(engine: Engine) -> None:
    assert found(engine, "ch*") == set()
    assert found(engine, "*ess") == set()
    assert found(engine, "che*") == {"chess"}


def test_no_phrase_runs_from_one_text_into_the_next(engine: Engine) -> None:
    assert found(engine, '"grief the cost"') == found(engine, '"chess living"') == set()


def test_fewer_words_do_where_no_document_has_all(engine: Engine) -> None:
    result = engine.search(Query("chess gardening"))
    assert result.relaxed
    assert {hit.id for hit in result.hits} == {"chess", "named"}


def test_fewer_words_do_beside_the_few_that_have_all_and_stand_after_them(engine: Engine) -> None:
    far, here = Point(52.9, -1.1), Point(52.6, -1.1)
    some = [Document(f"tea-{at}", texts={"name": "Tea tea tea"}, points=(here,), checked=9) for at in range(6)]
    both = [
        Document(f"both-{at}", texts={"description": "tea and a dance"}, points=(far,), demerit=9) for at in range(5)
    ]
    engine.rebuild([*some, *both[:4]])
    result = engine.search(Query("tea dance", near=here))
    assert (result.total, result.relaxed) == (10, True)
    for sort in ("best", "nearest", "soonest", "checked"):
        hits = engine.search(Query("tea dance", near=here, sort=sort)).hits
        assert {hit.id for hit in hits[:4]} == {document.id for document in both[:4]}, sort
    engine.update([both[4]])
    result = engine.search(Query("tea dance", near=here))
    assert (result.total, result.relaxed) == (5, False)


def test_fewer_words_than_half_do_only_where_nothing_has_more(engine: Engine) -> None:
    engine.rebuild(
        [Document("one", texts={"name": "Tea"}), Document("half", texts={"name": "Tea and chess"})]
        + [Document(f"topic-{at}", facets={TOPIC: frozenset({"lonely"})}) for at in range(2)]
    )
    words = "tea chess opera sailing"
    assert found(engine, words) == {"half"}
    lonely = Query(words, topics=frozenset({"lonely"}))
    assert [hit.id for hit in engine.search(lonely).hits] == ["topic-0", "topic-1", "half"]
    assert {hit.id for hit in engine.search(replace(lonely, words="tea opera sailing")).hits} == {"topic-0", "topic-1"}
    assert found(engine, "tea opera sailing") == {"one", "half"}


def test_filters_and_distances_do_not_change_which_words_are_enough(engine: Engine) -> None:
    here, far = Point(52.6, -1.1), Point(57.1, -2.1)
    engine.rebuild(
        [Document("near", texts={"name": "Pottery"}, points=(here,), facets={"cost": frozenset({"free"})})]
        + [Document(f"far-{at}", texts={"name": "Pottery class"}, points=(far,)) for at in range(5)]
    )
    question = Query("pottery class", near=here)
    assert [hit.id for hit in engine.search(question).hits] == ["near"]
    assert not engine.search(replace(question, near=far)).relaxed
    # 30 km from those with both words: in reach, so they settle the words, though the distance asked for leaves them out
    beside = replace(question, near=Point(far.lat - 0.27, far.lon), within_km=5.0)
    assert (engine.search(beside).total, engine.search(beside).relaxed) == (0, False)
    assert engine.search(replace(beside, radii_km=(40.0,))).radii == {40.0: 5, None: 5}


def test_words_that_stand_nowhere_find_nothing(engine: Engine) -> None:
    assert engine.search(Query("zyzzyva")).total == 0
    assert engine.search(Query('"zyzzyva quux"')).total == 0


def test_a_topic_answers_without_the_words_and_ranks_up(engine: Engine) -> None:
    assert found(engine, "") >= {"walk", "named"}
    by_topic = engine.search(Query("zyzzyva", topics=frozenset({"lonely"})))
    assert [hit.id for hit in by_topic.hits] == ["named"]
    assert {hit.id for hit in engine.search(Query("chess", topics=frozenset({"lonely"}))).hits} == {"chess", "named"}


def test_a_word_in_the_name_weighs_more_than_one_in_the_description(engine: Engine) -> None:
    assert [hit.id for hit in engine.search(Query("grief")).hits] == ["walk", "chess"]


def test_only_stop_words_are_words_after_all(engine: Engine) -> None:
    assert found(engine, "the") == {"walk", "chess"}


@pytest.mark.parametrize("words", NASTY)
def test_hostile_words_are_only_words(engine: Engine, words: str) -> None:
    result = engine.search(Query(words))
    assert result.total == len(result.hits) <= 5
    assert engine.count(Query(words)) == result.total
    assert engine.suggest(words) is None or isinstance(engine.suggest(words), str)


def test_signs_alone_ask_for_nothing_and_say_so(engine: Engine) -> None:
    result = engine.search(Query("🙂 !!"))
    assert (result.total, result.relaxed) == (5, True)


def test_sixteen_words_are_looked_for_and_the_rest_is_said_to_be_left_out(engine: Engine) -> None:
    result = engine.search(Query(" ".join(f"word{number}" for number in range(15)) + " chess gardening"))
    assert result.relaxed
    assert [hit.id for hit in result.hits] == ["chess"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cheess", "chess"),
        ("Grif cafe", "grief cafe"),
        ("gardning", "gardening"),
        ("grief chess", None),
        ("gardens", None),
        ("xyzzyqwert", None),
        ("", None),
        ("chss1 1chss chss_1", None),
        ("chss* the", None),
        ("گرپو", "گروپ"),
    ],
)
def test_misspelt_words_are_put_right_from_words_of_documents(engine: Engine, typed: str, meant: str | None) -> None:
    assert engine.suggest(typed) == meant


def test_a_word_that_left_all_documents_is_not_suggested(engine: Engine) -> None:
    assert engine.suggest("cheess") == "chess"
    engine.update([], ["chess"])
    assert engine.suggest("cheess") is None


def test_lonely_is_loneliness_and_not_lone(engine: Engine) -> None:
    engine.update(
        [Document("lone", texts={"name": "Lone arrivals"}), Document("tea", texts={"name": "For loneliness"})], []
    )
    assert found(engine, "lonely") == {"tea"}
    assert found(engine, "lone") == {"lone"}
