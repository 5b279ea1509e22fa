"""The table of figures, and "How we count this": another definition makes another text and another figure."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.core import small_numbers
from portal.core.extensions import db
from portal.groups import figures
from portal.insight import explaining, noting, summing
from portal.insight.cuts import CUTS, UNMET
from portal.insight.definitions import MEASURES, OVERVIEW, STEPS, UNMET_SOURCES, Measure
from portal.insight.happenings import FACTS_OF
from portal.insight.relations import unit_of
from portal.insight.tallied import KINDS
from portal.referrals.reasons import REASONS
from portal.referrals.transitions import TRANSITIONS
from portal.trials.report import Report
from portal.voice.ratings import HelpedHere
from tests.insight.made import QUARTER, area, fact
from tests.insight.test_summing import sums

ROOT = Path(__file__).parents[2]
EVERY = [(measure, by) for measure in MEASURES.values() for by in measure.cuts]


@pytest.mark.parametrize(("measure", "by"), EVERY, ids=lambda one: getattr(one, "id", one))
def test_every_figure_says_how_it_is_counted(sqlite_app: Flask, measure: Measure, by: str) -> None:
    said = explaining.how_counted(measure, by)  # type: ignore[arg-type]
    assert said[0] == str(measure.what) and len(said) == len(set(said)) >= 3
    assert all(one.endswith(".") for one in said)
    text = " ".join(said)
    assert ("fewer than 8" in text) is not measure.is_exact
    assert ("counts once" in text) is (measure.counts in {"people", "median"})


@pytest.mark.parametrize("manual", ["insight.md", "neighbourhood-health.md"])
def test_the_manual_calls_things_as_the_pages_do(manual: str) -> None:
    told = (ROOT / "docs" / manual).read_text(encoding="utf-8")
    files = [one for kind in ("*.py", "*.html", "*.yaml") for one in (ROOT / "portal").rglob(kind)]
    words = "\n".join(one.read_text(encoding="utf-8") for one in files)
    quoted = [one for one in re.findall(r'"([^"\n]+)"', told) if not re.search(r"\d", one)]
    assert len(quoted) >= 3 and not [one for one in quoted if one not in words]


def test_the_manual_names_each_number_of_days_by_its_label() -> None:
    told = (ROOT / "docs" / "insight.md").read_text(encoding="utf-8")
    labels = [str(one.label) for one in MEASURES.values() if one.counts == "median"]
    assert labels and not [one for one in labels if f'"{one}"' not in told]
    assert "middle number" not in told


CHANGES = [
    ("sent", {"counts": "acts"}),
    ("sent", {"what": "Letters."}),
    ("accepted", {"after": ()}),
    ("accepted", {"when": None}),
    ("unmet-declined", {"reasons": frozenset({"not-funded"})}),
    ("listings", {"counts": "acts"}),
    ("visit-days", {"counts": "people"}),
    ("helped", {"is_from_eight": False}),
]


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_another_definition_says_another_thing(sqlite_app: Flask, name: str, change: dict[str, object]) -> None:
    measure = MEASURES[name]
    other = replace(measure, **change)  # type: ignore[arg-type]
    by = measure.cuts[0]
    assert explaining.how_counted(measure, by) != explaining.how_counted(other, by)


def test_another_rule_of_small_numbers_is_said_on_every_page_that_has_it(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = figures.Figures("", 0, "", "", "", "", "", None, ())
    pages = (
        lambda: explaining.how_counted(MEASURES["sent"], "neighbourhood"),
        explaining.how_missed,
        lambda: HelpedHere("", ()).how,
        lambda: Report(None, (), (), ()).how,
        lambda: group.how,
    )
    before = [set(page()) for page in pages]
    monkeypatch.setattr(small_numbers, "SMALLEST", 11)
    monkeypatch.setattr(small_numbers, "STEP", 7)
    told = {"Counts of 1 to 10 show as “fewer than 11”.", "0 shows as 0. Others are rounded to the nearest 7."}
    assert all(told <= set(page()) for page in pages) and not any(told & one for one in before)


def test_pages_of_now_and_of_a_month_say_nothing_of_quarters(sqlite_app: Flask) -> None:
    for said in (explaining.how_offered(MEASURES["listings"]), explaining.how_missed()):
        assert len(said) == len(set(said)) >= 3 and "uarter" not in " ".join(said)


def test_another_cut_says_another_thing(sqlite_app: Flask) -> None:
    said = {tuple(explaining.how_counted(MEASURES["sent"], by)) for by in ("neighbourhood", "need", "reason", "group")}
    assert len(said) == 4


def test_what_computes_a_figure_reads_the_same_definition(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who was referred twice is one of people, and two of acts."""
    made = area()
    noting.add([fact(made, 0, "sent", "ida", QUARTER.first, source=source) for source in ("one", "two")])
    for counts, told in (("people", 1), ("acts", 2)):
        monkeypatch.setitem(MEASURES, "sent", replace(MEASURES["sent"], counts=counts))
        db.session.commit()
        summing.rebuild()
        assert list(sums("sent", "neighbourhood").values()) == [told]


def test_the_table_holds_together() -> None:
    for measure in MEASURES.values():
        assert all(by in CUTS for by in measure.cuts) and measure.cuts
        assert all(step in MEASURES for step in measure.after)
        assert measure.reasons <= UNMET <= set(REASONS)
    assert {*OVERVIEW, *STEPS, *UNMET_SOURCES} <= set(MEASURES)
    facts = {fact for verbs in FACTS_OF.values() for fact in verbs} | set(KINDS.values())
    assert {one.fact for one in MEASURES.values()} <= facts | {
        "gap",
        "signposted",
        "listings",
        "checked",
        "cafes",
        "helped",
    }
    assert set(FACTS_OF) <= set(TRANSITIONS)


def test_all_fairness_tables_of_a_figure_are_hidden_together() -> None:
    assert len({unit_of(("sent", by, "", "x")) for by in ("age", "language", "access", "fifth")}) == 1
    assert unit_of(("sent", "age", "", "x")) != unit_of(("accepted", "age", "", "x"))
