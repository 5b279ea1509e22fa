"""Before and after: fixed periods that are counted once, small numbers, the rest of the area, and what cannot be concluded."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.extensions import db
from portal.core.references import new_reference
from portal.directory.counting import UsageCount
from portal.directory.models import Service
from portal.geography.actions import redraw
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.queries import codes_of
from portal.governance.erasing import erase
from portal.insight.tallied import KINDS
from portal.people.models import Person
from portal.referrals.models import Introduction, Referral
from portal.trials import figures
from portal.trials.figures import compared
from portal.trials.measures import MEASURES
from portal.trials.models import TrialAnswer, TrialFigure
from portal.trials.periods import BEGINNING, period_of, to_come, within
from portal.trials.report import Report, cannot_tell, conclusions, report_of
from tests.factories import Make
from tests.grants.world import make_area
from tests.support.page import Browser
from tests.support.referrals import make_person
from tests.trials.world import QUESTION, World, world

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]
BEGAN, ENDS = date(2026, 10, 12), date(2026, 12, 6)
"""Of the two periods, the first is over on the Monday of the tests, the second runs."""


def _on(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def _listing(here: World, code: str, **place: str) -> Service:
    return here.make.service(f"Listing of {code}", place={"neighbourhood_code": code, "authority_code": None, **place})


def _used(kind: str, service: Service, **counts: int) -> None:
    """Uses on days, told as m1102=5."""
    for day, count in counts.items():
        on = date(2026, int(day[1:3]), int(day[3:]))
        db.session.add(UsageCount(day=on, kind=kind, key=str(service.id), count=count))
    db.session.commit()


def _cells(report: Report) -> list[tuple[bool, str, str]]:
    return [(row.is_during, row.here, row.rest) for row in report.rows]


def test_a_measure_before_and_during_beside_the_rest_of_the_area(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN, ends_on=ENDS)
    mine, others = _listing(here, here.code), _listing(here, "E02002842")
    _used("viewed", mine, m0913=90, m0914=20, m1011=3, m1012=30, m1108=12, m1109=500)
    _used("viewed", others, m0920=101, m1101=99)
    _used("viewed", _listing(here, "E02000166"), m1101=1000)
    figures.count()
    found = report_of(trial, "en")
    assert _cells(found) == [(False, "25", "100"), (True, "40", "100")]
    assert [(row.period.first, row.period.last) for row in found.rows] == [
        (date(2026, 9, 14), date(2026, 10, 11)), (BEGAN, date(2026, 11, 8)),
    ]  # fmt: skip
    assert found.sentences[0] == "There were more here than before."
    assert found.sentences[1] == "The rest of the area did not move the same way." and cannot_tell() in found.sentences
    page = as_user(here.coordinator).get(f"/trials/{trial.id}").main
    assert "This cannot prove that the words did it" in page and "four weeks from a Monday" in page
    assert "During: 12 October 2026 to 8 November 2026 40 100" in page


def test_small_numbers_are_never_told_nor_concluded_from_nor_kept(app: Flask, make: Make) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN, ends_on=ENDS)
    _used("viewed", _listing(here, here.code), m0920=4, m1101=7)
    _used("viewed", _listing(here, "E02002842"), m0920=3)
    figures.count()
    found = report_of(trial, "en")
    assert _cells(found) == [(False, "fewer than 8", "not shown"), (True, "fewer than 8", "0")]
    assert "too small" in found.sentences[0]
    assert {one.value for one in db.session.query(TrialFigure)} == {None, 0}
    for exact in (5, 7):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.query(TrialFigure).update({"value": exact})


@pytest.mark.parametrize(
    ("here", "rest", "said"),
    [
        ([100, 130], [100, 130], ["There were more here than before.", "The rest of the area moved the same way"]),
        ([100, 70], [100, 100], ["There were fewer here than before.", "did not move the same way"]),
        ([100, 110], [100, 200], ["Here it stayed about the same."]),
        ([100, 200], [0, 50], ["There were more here", "too small to compare with"]),
        ([0, 50], [10, 10], ["too small to say"]),
        ([50, None], [10, 10], ["too small to say"]),
    ],
)
def test_what_is_concluded_follows_from_what_readers_are_told(
    sqlite_app: Flask, here: list[int | None], rest: list[int], said: list[str]
) -> None:
    found = conclusions(here, rest)
    assert all(words in " ".join(found) for words in said) and found[-1] == cannot_tell()
    assert len(found) == len(said) + 1


def test_periods_are_four_weeks_from_a_monday_one_after_the_other(sqlite_app: Flask) -> None:
    for back in range(-400, 800):
        day = BEGINNING + timedelta(days=back)
        period = period_of(day)
        assert period.first <= day <= period.last and period.first.weekday() == 0
        assert period.earlier(1).after == period.first and period_of(period.last) == period
    assert [one.first for one in to_come(2)] == [date(2026, 12, 7), date(2027, 1, 4)]
    with clock.freeze(_on(12, 7)):
        assert to_come(1)[0].first == date(2026, 12, 7)
    assert [one.first for one in within(date(2026, 10, 13), date(2026, 12, 6))] == [date(2026, 11, 9)]
    assert within(date(2026, 10, 13), date(2026, 12, 5)) == []


def test_a_period_is_told_some_days_after_it_is_over_and_of_a_stopped_trial_whole_ones_alone(
    sqlite_app: Flask, make: Make
) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN, ends_on=ENDS)
    for month, day, periods in ((11, 9, 0), (11, 11, 0), (11, 12, 1), (12, 8, 1), (12, 10, 2)):
        with clock.freeze(_on(month, day)):
            about = compared(trial)
            assert (len(about.before), len(about.during)) == (periods, periods), day
    with clock.freeze(_on(3, 1, 2027)):
        trial.stopped_at = _on(12, 6)
        assert [one.first for one in compared(trial).during] == [BEGAN]
        trial.stopped_at = _on(11, 8)
        assert compared(trial).during == () and report_of(trial, "en").rows == ()


def test_answers_are_told_once_when_the_trial_is_over(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    trial = here.trial(**QUESTION, starts_on=BEGAN, ends_on=ENDS)
    for month, day, answer, count in ((10, 13, 1, 20), (11, 10, 1, 2), (11, 11, 2, 7), (12, 7, 1, 400)):
        db.session.add(TrialAnswer(trial_id=trial.id, day=date(2026, month, day), answer=answer, count=count))
    figures.count()
    db.session.commit()
    assert report_of(trial, "en").answers == (), "while it runs"
    page = as_user(here.coordinator).get(f"/trials/{trial.id}").main
    assert "Answers are told once, some days after the trial is over." in page
    with clock.freeze(_on(12, 10)):
        figures.count()
        db.session.add(TrialAnswer(trial_id=trial.id, day=date(2026, 11, 15), answer=2, count=90))
        figures.count()
        db.session.commit()
        assert [(one.words, one.count) for one in report_of(trial, "en").answers] == [
            ("Yes", "20"), ("No", "fewer than 8"),
        ]  # fmt: skip


def test_opens_and_saves_count_public_places_alone(app: Flask, make: Make) -> None:
    here = world(make)
    near, far = _listing(here, here.code), _listing(here, "E02002842")
    for service, count in ((near, 40), (_listing(here, here.code, privacy="hidden"), 400), (far, 80)):
        _used("viewed", service, m1101=count)
        _used("saved", service, m1101=count // 2)
    trials = [here.trial(starts_on=BEGAN, measure=one, slot="listing-line") for one in ("opens", "saves")]
    figures.count()
    assert [_cells(report_of(one, "en"))[1] for one in trials] == [(True, "40", "80"), (True, "20", "40")]


def test_nothing_that_is_published_by_quarter_is_a_measure(app: Flask, make: Make) -> None:
    """Some weeks of a quarter beside the whole of it give a hidden number away."""
    here, counted = world(make), set(KINDS)
    for kind in counted:
        db.session.add(UsageCount(day=BEGAN, kind=kind, key=here.code, count=90))
    db.session.commit()
    codes, days = frozenset({here.code}), (BEGAN, ENDS)
    assert {key: one.count(codes, days) for key, one in MEASURES.items()} == dict.fromkeys(MEASURES, 0)


def _ask(here: World, people: int, **columns: object) -> None:
    team = here.make.organisation("Team")
    for number in range(people):
        person = make_person(None, given_name=f"P{number}", family_name="X")
        person.neighbourhood_code = here.code
        for _turn in range(2):
            told = {"route": "self", "created_at": _on(10, 20), **columns}
            referral = Referral(reference=new_reference(), person_id=person.id, **told)
            db.session.add(referral)
            db.session.flush()
            about = {"person_id": person.id, "kind": "link-work", "organization_id": team.id, "state": "completed"}
            db.session.add(Introduction(reference=new_reference(), referral_id=referral.id, **about))
    db.session.commit()


def test_asks_count_each_person_once_and_who_is_erased_moves_nothing_that_was_told(app: Flask, make: Make) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN, measure="asks")
    _ask(here, 9)
    _ask(here, 3, route="clinician")
    figures.count()
    told = _cells(report_of(trial, "en"))
    assert told[1] == (True, "10", "0"), "nine people, to the nearest 5"
    for person in db.session.query(Person).limit(6).all():
        erase(person, why="asked", by="operator")
    db.session.flush()
    assert MEASURES["asks"].count(frozenset({here.code}), (BEGAN, ENDS)) < 9
    again = here.trial(starts_on=BEGAN, measure="asks", slot="link-worker-line", neighbourhood_id=here.there.id)
    figures.count()
    assert _cells(report_of(trial, "en")) == told
    assert _cells(report_of(again, "en"))[1] == (True, "0", "10"), "another trial reads the same figures"


def test_a_neighbourhood_is_not_deleted_with_what_was_told_of_it_and_one_that_is_ended_keeps_it(
    app: Flask, make: Make
) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN, ends_on=ENDS)
    _used("viewed", _listing(here, here.code), m0920=90, m1012=30)
    _used("viewed", _listing(here, "E02002842"), m0920=101, m1101=99)
    figures.count()
    db.session.commit()
    told = report_of(trial, "en").rows
    assert [(one.here, one.rest) for one in told] == [("90", "100"), ("30", "100")]
    whole = [delete(Neighbourhood).where(Neighbourhood.id == one.id) for one in (here.here, here.there)]
    for gone in (*whole, delete(NeighbourhoodSet).where(NeighbourhoodSet.id == here.area.id)):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(gone)
        db.session.expire_all()
    for one in (here.here, here.there):
        redraw(one, (), from_date=clock.today())
    db.session.commit()
    with clock.freeze(clock.now() + timedelta(days=400)):
        assert not codes_of(here.here, on=clock.today())
        figures.count()
        assert set(told) < set(report_of(trial, "en").rows)


def test_of_two_sets_over_one_ground_one_is_counted(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    wider = make_area("wider", "Wider", {"Both": here.code, "More": "E02000166"})
    _used("viewed", _listing(here, here.code), m1101=40)
    _used("viewed", _listing(here, "E02000166"), m1101=3)
    trials = [here.trial(starts_on=BEGAN)]
    figures.count()
    told = {"area": "wider", "neighbourhood_id": wider.neighbourhoods[0].id}
    trials.append(here.trial(starts_on=BEGAN, **told))
    figures.count()
    assert [_cells(report_of(one, "en"))[1] for one in trials] == [(True, "40", "0"), (True, "not shown", "not shown")]
