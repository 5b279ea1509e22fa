"""An index that older code kept is not read: an upgrade builds one beside it, and later takes the old one away."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from portal.core.settings import Settings
from portal.search import current
from portal.search.port import Document, Query


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
