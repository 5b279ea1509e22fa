"""Phrases that administrators add: understood in every process, never in the way of urgent help, taken back as if never there."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from portal.accounts.models import User
from portal.core import audit
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.directory import managed, query_set, synonyms
from portal.directory.cli import search
from portal.directory.lexicon import FOLDER, NOTHING, meant_by
from portal.directory.models import Synonym
from portal.directory.query_set import queries, trial
from portal.directory.synonyms import Draft, WrongPhrase
from portal.directory.understanding import Understanding, understand
from tests.factories import Make
from tests.support.forking import Program, beside
from tests.support.page import Browser
from tests.support.processes import environment

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def boss(make: Make) -> User:
    return make.user("administrator")


def put(phrase: str, meaning: str, by: User, language: str = "en") -> Synonym:
    added = synonyms.add(synonyms.draft(language, phrase, meaning), by=by)
    db.session.commit()
    return added


def needs(words: str) -> tuple[str, ...]:
    return meant_by(words).sure


@pytest.mark.parametrize(
    ("phrase", "meaning", "words", "wanted"),
    [
        ("blether bench", "loneliness", "where is the blether bench", "loneliness"),
        ("blether|haver bench", "loneliness", "haver bench", "loneliness"),
        ("Blether Bench", "loneliness", "BLETHER bench!", "loneliness"),
        ("blether * bench", "loneliness", "blether on the bench", "loneliness"),
        ("^ blether $", "loneliness", "blether", "loneliness"),
        ("@kin blethers", "loneliness", "my mum blethers", "loneliness"),
        ("blethering bench", "loneliness", "blehtering bench", "loneliness"),
    ],
)
def test_a_phrase_is_understood_as_the_lexicon_would(
    app: Flask, boss: User, phrase: str, meaning: str, words: str, wanted: str
) -> None:
    assert wanted not in needs(words)
    put(phrase, meaning, boss)
    assert needs(words)[0] == wanted


def test_other_words_are_read_as_before(app: Flask, boss: User) -> None:
    before = [understand(one.query, one.language) for one in queries()[:120]]
    put("blether bench", "loneliness", boss)
    assert [understand(one.query, one.language) for one in queries()[:120]] == before


def test_a_value_of_a_filter_and_a_phrase_of_another_language(app: Flask, boss: User) -> None:
    put("pay as you feel", "cost=donation", boss)
    put("bezpłatna herbatka", "loneliness", boss, "pl")
    assert "donation" in meant_by("cafe where you pay as you feel").filters["cost"]
    assert needs("bezpłatna herbatka")[0] == "loneliness"


def test_what_means_nothing_silences_what_shares_a_word_with_it(app: Flask, boss: User) -> None:
    words = "bailiffs pub quiz night"
    assert "debt" in meant_by(words).sure
    put("bailiffs pub quiz", NOTHING, boss)
    assert "debt" not in meant_by(words).sure
    assert "debt" in meant_by("bailiffs at the door").sure


def test_what_was_added_hides_what_is_shorter_within_it(app: Flask, boss: User) -> None:
    assert meant_by("debt bailiffs theatre").sure[0] == "debt"
    put("bailiffs theatre", "arts-music", boss)
    assert "debt" not in meant_by("bailiffs theatre").sure and meant_by("bailiffs theatre").sure == ("arts-music",)


def test_not_wanted_is_not_wanted_here_too(app: Flask, boss: User) -> None:
    put("blether bench", "loneliness", boss)
    assert "loneliness" not in meant_by("not blether bench").sure


@pytest.mark.parametrize("meaning", [NOTHING, "arts-music", "cost=free"])
@pytest.mark.parametrize("words", ["i want to kill myself", "kill myself", "he hits me"])
def test_no_phrase_takes_urgent_help_away(app: Flask, boss: User, words: str, meaning: str) -> None:
    before = understand(words, "en")
    put(words, meaning, boss)
    after = understand(words, "en")
    assert after.urgent == before.urgent and before.urgent
    assert set(before.needs) & set(after.needs) or not before.needs


@pytest.mark.parametrize(
    ("language", "phrase", "meaning", "sentence"),
    [
        ("en", "", "food", "Enter a phrase."),
        ("en", "^ $", "food", "Enter a phrase."),
        ("en", "drop-in", "food", "“drop-in” is not one plain word."),
        ("en", "💥 club", "food", "“💥” is not one plain word."),
        ("en", "a||b club", "food", "is not one plain word."),
        ("en", "*", "food", "One word at least must always be there"),
        ("en", "a? b?", "food", "One word at least must always be there"),
        ("en", "the", "food", "“the” stands in nearly every search."),
        ("en", "thë|chess", "food", "stands in nearly every search."),
        ("en", "İ", "food", "stands in nearly every search."),
        ("en", "@nonsense club", "food", "There is no list “@nonsense” in this language. There are: @"),
        ("en", "club ^ x", "food", "“^” stands before the first word"),
        ("en", "a? b? c? d? e? club", "food", "Use “*” and “?” 4 times or fewer."),
        ("en", "club " * 13, "food", "Use 120 letters and 12 words or fewer."),
        ("en", "x" * 121, "food", "Use 120 letters and 12 words or fewer."),
        ("xx", "club", "food", "Choose a language."),
        ("en", "club", "nonsense", "Choose what it means."),
        ("en", "club", "within=1", "Choose what it means."),
        ("en", "club", "topic=food", "Choose what it means."),
    ],
)
def test_what_is_no_phrase_is_said_clearly(
    sqlite_app: Flask, language: str, phrase: str, meaning: str, sentence: str
) -> None:
    with pytest.raises(WrongPhrase) as problem:
        synonyms.draft(language, phrase, meaning)
    assert sentence in problem.value.sentence


def test_languages_are_those_of_the_lexicon(sqlite_app: Flask) -> None:
    assert set(synonyms.LANGUAGES) == {path.stem.partition("-")[0] for path in FOLDER.glob("*.yaml")}


def test_switched_off_it_is_as_if_it_had_never_been_and_it_can_be_put_back(app: Flask, boss: User) -> None:
    one = put("blether bench", "loneliness", boss)
    synonyms.switch(one.id, is_on=False, by=boss)
    db.session.commit()
    assert "loneliness" not in needs("blether bench")
    assert [(row.phrase, row.is_on) for row in synonyms.every_synonym()] == [("blether bench", False)]
    synonyms.switch(one.id, is_on=True, by=boss)
    db.session.commit()
    assert needs("blether bench")[0] == "loneliness"
    with pytest.raises(NotFound):
        synonyms.switch(uuid4(), is_on=True, by=boss)


def test_adding_again_puts_back_and_twice_is_refused(app: Flask, boss: User) -> None:
    one = put("blether bench", "loneliness", boss)
    with pytest.raises(WrongPhrase, match="means that already"):
        put("Blether  bench", "loneliness", boss)
    synonyms.switch(one.id, is_on=False, by=boss)
    db.session.commit()
    assert put("blether bench", "loneliness", boss).id == one.id
    assert db.session.scalars(select(Synonym.is_on)).all() == [True]
    put("blether bench", "befriending", boss)
    assert set(needs("blether bench")) >= {"loneliness", "befriending"}


def test_one_that_somebody_else_adds_at_the_same_moment_is_refused(
    app: Flask, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> None:
        db.session.add(Synonym(language="en", phrase="blether bench", meaning="loneliness"))
        db.session.flush()

    monkeypatch.setattr(synonyms, "_need_room", meanwhile)
    with pytest.raises(WrongPhrase, match="means that already"):
        put("blether bench", "loneliness", boss)
    assert [one.phrase for one in synonyms.every_synonym()] == ["blether bench"]


def test_each_act_is_an_entry_of_the_audit_chain_without_the_phrase(app: Flask, boss: User) -> None:
    one = put("blether bench", "loneliness", boss)
    for is_on in (False, True, True):
        synonyms.switch(one.id, is_on=is_on, by=boss)
        db.session.commit()
    entries = db.session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.number)).all()
    mine = [entry for entry in entries if entry.action.startswith("synonym.")]
    assert [entry.action for entry in mine] == ["synonym.added", "synonym.switched_off", "synonym.put_back"]
    assert {entry.subject_id for entry in mine} == {str(one.id)} and "blether" not in str([one.details for one in mine])


def test_there_is_room_for_so_many(app: Flask, boss: User) -> None:
    put("blether bench", "loneliness", boss)
    with patch.object(synonyms, "MOST", 1), pytest.raises(WrongPhrase, match="Switch some off first"):
        put("natter bench", "loneliness", boss)


def test_a_phrase_that_a_later_lexicon_does_not_know_breaks_nothing(app: Flask, boss: User) -> None:
    for phrase, language in (("@gone club", "en"), ("||", "en"), ("", "en"), ("club", "zz")):
        db.session.add(Synonym(language=language, phrase=phrase, meaning="food"))
    db.session.commit()
    put("blether bench", "loneliness", boss)
    assert needs("blether bench")[0] == "loneliness"


def test_many_searches_ask_the_database_once_a_second(app: Flask, boss: User) -> None:
    put("blether bench", "loneliness", boss)
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM synonym" in statement:
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with patch.object(managed, "READ_EVERY_SECONDS", 60.0):
            managed.rows()
            asked.clear()
            for _turn in range(50):
                meant_by("blether bench")
        assert not asked
        with patch.object(managed, "READ_EVERY_SECONDS", -1.0):
            meant_by("blether bench")
        assert len(asked) == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_where_the_database_cannot_be_read_what_was_read_before_stays(app: Flask, boss: User) -> None:
    put("blether bench", "loneliness", boss)
    assert needs("blether bench")[0] == "loneliness"
    broken = OperationalError("select", {}, Exception("no database"))
    with patch.object(managed, "READ_EVERY_SECONDS", -1.0), patch.object(managed, "Session", side_effect=broken):
        assert needs("blether bench")[0] == "loneliness"


def test_the_page_and_the_program_understand_it(
    sqlite_app: Flask, make: Make, browser: Browser, index_now: Callable[[], None]
) -> None:
    make.service("Tea table", needs=["loneliness"])
    index_now()
    put("blether bench", "loneliness", make.user("administrator"))
    assert "Tea table" in browser.get("/services?q=blether+bench").main
    said = CliRunner().invoke(search, ["query", "blether bench", "--json"], obj=sqlite_app)
    assert json.loads(said.stdout)["needs"][0] == "loneliness"


WATCH = """
import sys, time
from portal.app import create_app
from portal.directory.lexicon import meant_by
with create_app(is_serving=False).app_context():
    meant_by("ready")
    print("ready", flush=True)
    until, wanted = time.monotonic() + 60, sys.stdin.readline().strip() == "there"
    started = time.monotonic()
    while time.monotonic() < until:
        if ("loneliness" in meant_by("blether bench").sure) is wanted:
            print(time.monotonic() - started, flush=True)
            wanted, started = sys.stdin.readline().strip() == "there", time.monotonic()
        time.sleep(0.05)
"""


def test_another_process_sees_it_come_and_go_within_two_seconds(app: Flask, boss: User) -> None:
    kept: Settings = app.extensions["portal.settings"]
    env = environment(kept.instance, PORTAL_DATABASE_URL=kept.database_url)
    one = None
    with beside(Program((), code=WATCH), env) as other:
        assert other.stdout.readline() == "ready\n"
        for is_on in (True, False, True):
            if one is None:
                one = put("blether bench", "loneliness", boss)
            else:
                synonyms.switch(one.id, is_on=is_on, by=boss)
                db.session.commit()
            other.stdin.write("there\n" if is_on else "gone\n")
            other.stdin.flush()
            assert float(other.stdout.readline()) < 2.0


def test_a_trial_says_what_would_be_read_otherwise(sqlite_app: Flask) -> None:
    assert trial((), (("en", "blether bench", "loneliness"),)) == query_set.Trial(len(queries()), ())
    better = trial((), (("en", "summat|something for the kids", "youth"), ("en", "club", NOTHING)))
    assert better.asked == len(queries()) >= 200 and better.differences
    worse = trial((), (("en", "food bank", NOTHING), ("en", "food", "veterans")))
    assert worse.count("worse") >= 3
    assert [one.verdict for one in worse.differences] == sorted(
        (one.verdict for one in worse.differences), key=["worse", "better", "same"].index
    )
    gained = [one for one in worse.differences if "veterans" in one.gained]
    assert gained and not any(one.is_urgent_changed for one in worse.differences)


def test_a_trial_of_a_phrase_finds_every_query_that_changes(sqlite_app: Flask) -> None:
    """It reads only what the phrase touches: the same as reading all."""
    rows: managed.Rows = (("en", "club|group", "veterans"),)
    changed = set()
    for one in queries():
        with managed.trying(()):
            before = understand(one.query, one.language)
        with managed.trying(rows):
            after = understand(one.query, one.language)
        if before != after:
            changed.add(one.query)
    assert {one.query for one in trial((), rows).differences} == changed and changed


def test_a_trial_lets_nothing_hold(app: Flask) -> None:
    synonyms.tried(Draft("en", "blether bench", "loneliness"))
    assert "loneliness" not in needs("blether bench")


def test_what_is_better_and_worse(sqlite_app: Flask) -> None:
    one = query_set.Expected("x", "en", frozenset({"food"}), frozenset({"debt"}), frozenset({"cost=free"}), "find")

    def verdict(before: tuple[str, ...], after: tuple[str, ...]) -> str | None:
        found = query_set._difference(one, Understanding(needs=before), Understanding(needs=after))
        return found.verdict if found else None

    assert verdict((), ("food",)) == "better" and verdict(("food",), ()) == "worse"
    assert verdict(("food",), ("food", "housing")) == "worse" and verdict(("housing", "food"), ("food",)) == "better"
    assert verdict(("food",), ("food", "debt")) == "same" and verdict(("food", "debt"), ("debt", "food")) == "worse"
    assert verdict(("food",), ("food",)) is None
    free, paid = ({"cost": frozenset({value})} for value in ("free", "paid"))
    assert query_set._difference(one, Understanding(), Understanding(filters=free)).verdict == "better"  # type: ignore[union-attr]
    assert query_set._difference(one, Understanding(), Understanding(filters=paid)).verdict == "worse"  # type: ignore[union-attr]
    assert query_set._difference(one, Understanding(), Understanding(intent="manage_listing")).verdict == "worse"  # type: ignore[union-attr]
    cards = query_set._difference(one, Understanding(), Understanding(urgent=("abuse",)))
    assert cards is not None and cards.is_urgent_changed


def test_understanding_costs_little_more_with_many_phrases(sqlite_app: Flask) -> None:
    rows = tuple(
        ("en", f"blether{chr(97 + number % 26)}{chr(97 + number // 26)} bench", "loneliness") for number in range(500)
    )
    words = "my dad is 89 and lonely, somebody to visit him at home in leicester"
    with managed.trying(rows):
        meant_by(words)
        started = time.perf_counter()
        for _turn in range(100):
            meant_by(words)
    assert (time.perf_counter() - started) / 100 < 0.005


@pytest.mark.parametrize("phrase", ["pain|zq{}", "pain * * * * pain pain pain pain pain zq{}", "* * pain|zq{} * *"])
@pytest.mark.parametrize("meaning", ["loneliness", NOTHING])
def test_phrases_that_are_made_to_take_long_do_not(sqlite_app: Flask, phrase: str, meaning: str) -> None:
    rows = tuple(("en", phrase.format(number), meaning) for number in range(500))
    with managed.trying(rows):
        meant_by("pain")
        started = time.perf_counter()
        meant_by("pain " * 60)
    assert time.perf_counter() - started < 2.5
