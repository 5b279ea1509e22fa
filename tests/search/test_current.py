"""An index that older code kept is not read: an upgrade builds one beside it, and later takes the old one away."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import text

from portal.config import SettingsProblem, settings_from
from portal.core.settings import Settings
from portal.search import current
from portal.search.port import Document, Query
from portal.search.postgres_engine import PostgresEngine
from portal.search.whoosh_engine import WhooshEngine

POSTGRESQL = "postgresql+psycopg://portal@/portal"


def test_an_index_of_older_code_is_not_read(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(settings, instance=tmp_path)
    older = current.open_engine(own)
    older.mend()
    older.rebuild([Document(id="a", texts={"name": "tea"})])
    assert current.open_engine(own).ready()
    monkeypatch.setattr(current, "version", lambda: "newer")
    newer = current.open_engine(own)
    assert not newer.ready() and newer.mend()
    newer.rebuild([])
    assert older.count(Query(words="tea")) == 1, "processes of the older code lost their index"


def test_what_older_code_kept_is_taken_away_after_a_day(settings: Settings, tmp_path: Path) -> None:
    own = replace(settings, instance=tmp_path)
    old, young, here = (own.index_folder / name for name in ("old", "young", current.version()))
    for folder in (old, young, here):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    os.utime(here, (0, 0))
    current.sweep(own)
    assert (old.exists(), young.exists(), here.exists()) == (False, True, True)


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({}, WhooshEngine),
        ({"PORTAL_SEARCH": "whoosh"}, WhooshEngine),
        ({"PORTAL_DATABASE_URL": POSTGRESQL}, PostgresEngine),
        ({"PORTAL_DATABASE_URL": POSTGRESQL, "PORTAL_SEARCH": "postgres"}, PostgresEngine),
        ({"PORTAL_DATABASE_URL": POSTGRESQL, "PORTAL_SEARCH": "whoosh"}, WhooshEngine),
    ],
)
def test_the_index_lies_where_the_database_does_unless_told_otherwise(
    environment: dict[str, str], kind: type[object], tmp_path: Path
) -> None:
    settings = settings_from({"PORTAL_INSTANCE": str(tmp_path), **environment})
    assert type(current.open_engine(settings)) is kind


@pytest.mark.parametrize(
    ("engine", "sentence"), [("postgres", "not PostgreSQL"), ("sphinx", "can be: whoosh, postgres")]
)
def test_an_engine_that_cannot_be_is_refused_with_a_sentence(engine: str, sentence: str) -> None:
    with pytest.raises(SettingsProblem, match=sentence):
        settings_from({"PORTAL_SEARCH": engine})


def test_rows_of_older_code_are_read_until_they_are_a_day_old(
    settings: Settings, rows_url: str, monkeypatch: pytest.MonkeyPatch, another: Callable[[], PostgresEngine]
) -> None:
    older = another()
    older.rebuild([Document(id="a", texts={"name": "tea"})])
    own = replace(settings, database_url=rows_url)
    monkeypatch.setattr(current, "version", lambda: "newer")
    newer: Any = current.open_engine(own)
    assert not newer.ready() and newer.mend()
    newer.rebuild([])
    current.sweep(own)
    assert older.count(Query(words="tea")) == 1, "processes of the older code lost their index"
    database = sqlalchemy.create_engine(rows_url)
    with database.begin() as connection:
        connection.execute(text("update search_state set changed_at = now() - interval '2 days'"))
    current.sweep(own)
    assert not older.ready() and newer.ready()
    with database.connect() as connection:
        for table in ("search_segment", "search_term", "search_document"):
            assert connection.scalar(text(f"select count(*) from {table}")) == 0
    newer.close()
    database.dispose()
