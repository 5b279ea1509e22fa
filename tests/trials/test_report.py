"""Before and after: whole weeks, small numbers, the rest of the area, and what cannot be concluded."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory.counting import UsageCount
from portal.trials.models import TrialAnswer
from portal.trials.report import cannot_tell, conclusions, report_of, whole_weeks
from tests.factories import Make
from tests.support.people import browser_as
from tests.support.referrals import make_person
from tests.trials.world import QUESTION, world

pytestmark = pytest.mark.usefixtures("monday")
BEGAN = date(2026, 11, 2)
"""Three whole weeks before the Monday of the tests."""


def _used(kind: str, key: str, **counts: int) -> None:
    """Uses on days, told as m1102=5."""
    for day, count in counts.items():
        on = date(2026, int(day[1:3]), int(day[3:]))
        db.session.add(UsageCount(day=on, kind=kind, key=key, count=count))
    db.session.commit()


def test_a_measure_before_and_during_beside_the_rest_of_the_area(app: Flask, make: Make) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN, ends_on=date(2026, 12, 20))
    _used("searched", here.code, m1011=90, m1012=20, m1101=3, m1102=30, m1122=12, m1123=500)
    _used("searched", "E02002842", m1020=101, m1115=99)
    _used("searched", "E02000166", m1115=1000)
    found = report_of(trial, "en")
    assert (found.weeks, found.before, found.during) == (
        3,
        (date(2026, 10, 12), date(2026, 11, 1)),
        (BEGAN, date(2026, 11, 22)),
    )
    assert [(one.label, one.before, one.during) for one in found.sides] == [
        ("Here", "25", "40"), ("The rest of the area", "100", "100"),
    ]  # fmt: skip
    assert found.sentences[0] == "There were more here than before."
    assert found.sentences[1] == "The rest of the area did not move the same way." and cannot_tell() in found.sentences
    page = browser_as(app, here.coordinator).get(f"/trials/{trial.id}").main
    assert "This cannot prove that the words did it" in page and "Both columns are 3 whole weeks." in page


def test_small_numbers_are_never_told_nor_concluded_from(app: Flask, make: Make) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN)
    _used("searched", here.code, m1020=4, m1110=7)
    found = report_of(trial, "en")
    assert (found.sides[0].before, found.sides[0].during) == ("fewer than 8", "fewer than 8")
    assert "too small" in found.sentences[0]
    shown = browser_as(app, here.coordinator).get(f"/trials/{trial.id}").words("td")
    assert "4" not in shown and "7" not in shown


@pytest.mark.parametrize(
    ("here", "rest", "said"),
    [
        ([100, 130], [100, 130], ["There were more here than before.", "The rest of the area moved the same way"]),
        ([100, 70], [100, 100], ["There were fewer here than before.", "did not move the same way"]),
        ([100, 110], [100, 200], ["Here it stayed about the same."]),
        ([100, 200], [3, 50], ["There were more here", "too small to compare with"]),
        ([0, 50], [10, 10], ["too small to say"]),
        ([50, 7], [10, 10], ["too small to say"]),
    ],
)
def test_what_is_concluded_follows_from_what_readers_are_told(
    sqlite_app: Flask, here: list[int], rest: list[int], said: list[str]
) -> None:
    found = conclusions(here, rest)
    assert all(words in " ".join(found) for words in said) and found[-1] == cannot_tell()
    assert len(found) == len(said) + 1


def test_days_that_are_no_whole_week_tell_nothing(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    trial = here.trial(starts_on=BEGAN, ends_on=date(2026, 11, 30))
    for day, weeks in ((2, 0), (8, 0), (9, 1), (15, 1), (16, 2)):
        with clock.freeze(datetime(2026, 11, day, 12, tzinfo=UTC)):
            assert whole_weeks(trial) == weeks, day
    with clock.freeze(datetime(2027, 3, 1, tzinfo=UTC)):
        assert whole_weeks(trial) == 4
        trial.stopped_at = datetime(2026, 11, 16, 9, tzinfo=UTC)
        assert whole_weeks(trial) == 2


def test_answers_are_told_of_whole_weeks_as_small_numbers_allow(app: Flask, make: Make) -> None:
    here = world(make)
    trial = here.trial(**QUESTION, starts_on=BEGAN)
    for day, answer, count in ((3, 1, 20), (10, 1, 2), (11, 2, 7), (23, 1, 400)):
        db.session.add(TrialAnswer(trial_id=trial.id, day=date(2026, 11, day), answer=answer, count=count))
    db.session.commit()
    found = report_of(trial, "en")
    assert [(one.words, one.count) for one in found.answers] == [("Yes", "20"), ("No", "fewer than 8")]


def test_opens_and_saves_count_public_places_alone(app: Flask, make: Make) -> None:
    here = world(make)
    near = make.service(place={"neighbourhood_code": here.code})
    hidden = make.service("Secret", place={"neighbourhood_code": here.code, "privacy": "hidden"})
    far = make.service("Far", place={"neighbourhood_code": "E02002842", "authority_code": "E06000016"})
    for service, count in ((near, 40), (hidden, 400), (far, 80)):
        _used("viewed", str(service.id), m1110=count)
        _used("saved", str(service.id), m1110=count // 2)
    for measure, told in (("opens", ("40", "80")), ("saves", ("20", "40"))):
        found = report_of(here.trial(starts_on=BEGAN, measure=measure, slot="listing-line"), "en")
        assert tuple(one.during for one in found.sides) == told, measure


def test_asks_for_a_link_worker_count_each_person_once(app: Flask, make: Make) -> None:
    from portal.core.references import new_reference
    from portal.referrals.models import Introduction, Referral

    here = world(make)
    team = make.organisation("Team")
    for number in range(12):
        person = make_person(None, given_name=f"P{number}", family_name="X")
        person.neighbourhood_code = here.code
        for route in ("self", "self") if number < 9 else ("clinician",):
            referral = Referral(
                reference=new_reference(), person_id=person.id, route=route,
                created_at=datetime(2026, 11, 10, 12, tzinfo=UTC) - timedelta(days=0),
            )  # fmt: skip
            db.session.add(referral)
            db.session.flush()
            db.session.add(
                Introduction(
                    reference=new_reference(), referral_id=referral.id, person_id=person.id, kind="link-work",
                    organization_id=team.id,
                )
            )  # fmt: skip
    db.session.commit()
    found = report_of(here.trial(starts_on=BEGAN, measure="asks"), "en")
    assert [one.during for one in found.sides] == ["10", "0"], "nine people, to the nearest 5"
