"""The table of rules: whole, and each row right for listings that tell, deny and keep silent."""

from dataclasses import replace
from itertools import pairwise, product

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.directory.audience import BANDS
from portal.directory.filters import BY_NAME
from portal.directory.listings import Venue
from portal.matching.getting_in import FACTS, Fact
from portal.matching.rules import RULES
from portal.matching.verdicts import Rule, Said, Verdict, judge
from portal.matching.wanted import AGE_LABELS, AGES, GROUPS, Wanted
from tests.matching.listings import FAR, HERE, NEAR, cost, listing, look, venue, weekly

pytestmark = pytest.mark.usefixtures("sqlite_app", "monday")

FITS, ASK, MISFIT = Verdict.FITS, Verdict.ASK, Verdict.MISFIT
ROWS = {rule.name: rule for rule in RULES}
ALL = Wanted(
    needs=("loneliness",), place=HERE, within_km=5.0, ages=AGES["65_plus"], are=frozenset({"woman"}), only="women_only",
    how=frozenset({"in_person"}), access=frozenset(BY_NAME["access"].ids), languages=frozenset({"gu"}), signs=True,
    when=frozenset({"tue"}), most_cost="free",
)  # fmt: skip
"""Somebody who asks for all of it."""


@pytest.fixture(autouse=True)
def _in_english(sqlite_app: Flask) -> object:
    with sqlite_app.test_request_context(), force_locale("en"):
        yield


def said(name: str, *args: object, **told: object) -> Said | None:
    """What one row says."""
    return ROWS[name].judge(look(*args, **told))  # type: ignore[arg-type]


def verdict(name: str, *args: object, **told: object) -> Verdict | None:
    found = said(name, *args, **told)
    return None if found is None else found.verdict


def told_of(fact: str, answer: bool | None) -> Venue:
    return replace(venue(), facts={} if answer is None else {fact: answer})


def test_the_table_is_whole() -> None:
    assert len(ROWS) == len(RULES)
    assert {fact.name for fact in FACTS} == set(BY_NAME["access"].ids)
    assert set(AGES) == set(AGE_LABELS) and set(GROUPS) < set(BY_NAME["who"].ids)
    covered = sorted(AGES.values())
    assert all(one[1] >= other[0] - 1 for one, other in pairwise(covered))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_row_names_what_is_asked_about_and_has_nothing_to_say_unasked(rule: Rule) -> None:
    assert (str(rule.about) and str(rule.about)[0].islower()) or rule.name == "bsl"
    if rule.name not in {"area", "join"}:
        assert rule.judge(look(listing())) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_listing_that_has_told_nothing_is_asked_and_never_said_to_fit_or_not(rule: Rule) -> None:
    silent = look(listing(venue(None, modes=())), ALL, km=None)
    if rule.name in {"distance", "who", "how"}:
        return  # what cannot be measured, and what tells of no limit; see below
    found = rule.judge(silent)
    assert found is not None and found.verdict is ASK, rule.name
    assert "ask" in found.sentence.lower()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_each_fact_of_getting_in_counts_by_itself(fact: Fact) -> None:
    name = fact.name
    for answer, expected in ((True, FITS), (None, ASK), (False, MISFIT)):
        told = listing(bring_someone=answer) if name == "bring_someone" else listing(told_of(name, answer))
        assert verdict(name, told, access=frozenset({name})) is expected
        assert verdict(name, told, access=frozenset(BY_NAME["access"].ids) - {name}) is None
        assert verdict(name, told, access=frozenset({name}), how=frozenset({"phone"})) is None


def test_all_that_is_needed_has_to_be_at_one_place_within_reach() -> None:
    wanted = frozenset({"step_free", "hearing_loop"})
    here_and_there = listing(venue(step_free=True, hearing_loop=False), venue(step_free=False, hearing_loop=True))
    assert {verdict(name, here_and_there, access=wanted) for name in wanted} == {FITS, MISFIT}
    both = listing(venue(step_free=False), venue(step_free=True, hearing_loop=True))
    assert {verdict(name, both, access=wanted) for name in wanted} == {FITS}
    elsewhere = listing(venue(step_free=False), venue(FAR, step_free=True))
    assert verdict("step_free", elsewhere, access=wanted) is MISFIT


def test_a_place_that_lacks_something_may_still_do_where_one_need_not_go() -> None:
    told = listing(venue(modes=("in_person", "phone"), step_free=False))
    found = said("step_free", told, access=frozenset({"step_free"}))
    assert found is not None and found.verdict is ASK and "without going there" in found.sentence
    assert verdict("step_free", told, access=frozenset({"step_free"}), how=frozenset({"in_person"})) is MISFIT


def test_age_is_right_for_every_listing_and_every_band_age_by_age() -> None:
    """Against the plainest way to say it: look at each age of the person by itself."""
    limits = (None, 0, 11, 18, 26, 50, 60, 65, 99)
    for lowest, highest, anyone, audiences, excluded in product(
        limits, limits, (None, True), ((), ("50_plus",), ("children", "under_18")), ((), ("65_plus",), ("children",))
    ):
        told = listing(
            minimum_age=lowest, maximum_age=highest, anyone_welcome=anyone, audiences=list(audiences),
            excluded_audiences=list(excluded),
        )  # fmt: skip
        for band, (first, last) in {**AGES, "exactly 67": (67, 67)}.items():
            answers = {_may_come(one, lowest, highest, anyone, audiences, excluded) for one in range(first, last + 1)}
            expected = FITS if answers == {True} else MISFIT if answers == {False} else ASK
            assert verdict("age", told, ages=(first, last)) is expected, (
                band,
                lowest,
                highest,
                anyone,
                audiences,
                excluded,
            )


def _may_come(
    age: int,
    lowest: int | None,
    highest: int | None,
    anyone: bool | None,
    audiences: tuple[str, ...],
    excluded: tuple[str, ...],
) -> bool | None:
    """Of one age: yes, no, or not told."""
    if any(BANDS[one][0] <= age <= BANDS[one][1] for one in excluded):
        return False
    if lowest is not None or highest is not None:
        return (lowest or 0) <= age and (highest is None or highest == 99 or age <= highest)
    if anyone:
        return True
    bands = [BANDS[one] for one in audiences if one not in excluded]
    return any(first <= age <= last for first, last in bands) if bands else None


@pytest.mark.parametrize(
    ("lowest", "highest", "ages", "sentence"),
    [
        (65, None, (50, 64), "Only for people aged 65 and over"),
        (None, 17, (18, 25), "Only for people up to the age of 17"),
        (11, 17, (26, 49), "Only for people aged 11 to 17"),
        (60, None, (50, 64), "Ask about age: it is for people aged 60 and over"),
        (18, None, (67, 67), "For people aged 18 and over"),
        (18, 99, (67, 67), "For people aged 18 and over"),
        (0, None, (67, 67), "For all ages"),
        (None, None, (67, 67), "Ask what ages it is for: they have not told us"),
    ],
)
def test_what_is_said_of_age(lowest: int | None, highest: int | None, ages: tuple[int, int], sentence: str) -> None:
    found = said("age", listing(minimum_age=lowest, maximum_age=highest), ages=ages)
    assert found is not None and found.sentence == sentence


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_for_certain_people_is_for_them(group: str) -> None:
    told = listing(audiences=[group])
    assert verdict("who", told, are=frozenset({group})) is FITS
    assert verdict("who", told) is ASK
    assert verdict("who", told, are_not=frozenset({group})) is MISFIT
    assert verdict("who", listing(audiences=[group], anyone_welcome=True), are_not=frozenset({group})) is None
    assert verdict("who", listing(excluded_audiences=[group]), are=frozenset({group})) is MISFIT
    assert verdict("who", listing(), are=frozenset({group})) is None


@pytest.mark.parametrize(("kind", "one", "other"), [("women_only", "woman", "man"), ("men_only", "man", "woman")])
def test_groups_for_women_or_men_alone(kind: str, one: str, other: str) -> None:
    told, opposite = listing(audiences=[kind]), "men_only" if kind == "women_only" else "women_only"
    assert verdict("women_men", told, are=frozenset({one})) is FITS
    assert verdict("women_men", told, are=frozenset({other})) is MISFIT
    assert verdict("women_men", told) is ASK
    assert verdict("women_men", listing(), are=frozenset({one})) is None
    assert verdict("women_men", told, only=kind) is FITS
    assert verdict("women_men", told, only=opposite) is MISFIT
    assert verdict("women_men", listing(anyone_welcome=True), only=kind) is MISFIT
    assert verdict("women_men", listing(), only=kind) is ASK


def test_languages_that_are_not_named_are_asked_about_and_never_denied() -> None:
    for spoken, wanted, expected in product(((), ("gu",), ("pl", "bsl")), ("gu", "pl", "ti"), (True, False)):
        found = said("language", listing(languages=spoken), languages=frozenset({wanted}), interpreter=expected)
        assert found is not None and found.verdict is (FITS if wanted in spoken else ASK)
        if wanted not in spoken:
            assert ("interpreter" in found.sentence) is expected
    assert verdict("bsl", listing(languages=("bsl",)), signs=True) is FITS
    assert verdict("bsl", listing(languages=("gu",)), signs=True) is ASK


@pytest.mark.parametrize("most", ["free", "low_cost"])
def test_cost_is_right_for_every_price(most: str) -> None:
    dear = {"free": (100, 500, 501), "low_cost": (501,)}[most]
    cheap = {"free": (0,), "low_cost": (0, 100, 500)}[most]
    for pence in cheap:
        assert verdict("cost", listing(costs=(cost(pence),)), most_cost=most) is FITS
        assert verdict("cost", listing(costs=(cost(pence), cost(900))), most_cost=most) is FITS
    for pence in dear:
        assert verdict("cost", listing(costs=(cost(pence),)), most_cost=most) is MISFIT
    assert verdict("cost", listing(costs=(cost(kind="free"),)), most_cost=most) is FITS
    assert verdict("cost", listing(costs=(cost(kind="donation"),)), most_cost=most) is FITS
    assert verdict("cost", listing(costs=(cost(kind="free"), cost())), most_cost=most) is ASK
    assert verdict("cost", listing(costs=(cost(),)), most_cost=most) is (MISFIT if most == "free" else ASK)
    assert verdict("cost", listing(), most_cost=most) is ASK


def test_who_gets_in_touch_decides_whether_a_professional_is_needed() -> None:
    ways = ("drop_in", "self_refer", "professional_only")
    for asker, told in product(("person", "link_worker"), product((True, False), repeat=3)):
        joining = [way for way, is_so in zip(ways, told, strict=True) if is_so]
        expected = ASK if not joining else MISFIT if joining == ["professional_only"] and asker == "person" else FITS
        assert verdict("join", listing(joining=joining), asker=asker) is expected


def test_times_are_those_at_which_somebody_can() -> None:
    tuesday, evening = weekly("TU"), weekly("WE", "18:00", "20:00")
    assert verdict("when", listing(timetables=(tuesday,)), when=frozenset({"tue"})) is FITS
    assert verdict("when", listing(timetables=(tuesday,)), when=frozenset({"mon", "tue"})) is FITS
    assert verdict("when", listing(timetables=(tuesday,)), when=frozenset({"wed"})) is MISFIT
    assert verdict("when", listing(timetables=(tuesday, evening)), when=frozenset({"evening"})) is FITS
    assert verdict("when", listing(timetables=(tuesday,)), when=frozenset({"evening", "weekend"})) is MISFIT
    assert verdict("when", listing(), when=frozenset({"tue"})) is ASK


def test_how_it_happens_counts_from_where_the_person_is() -> None:
    for modes in product((True, False), repeat=4):
        told = tuple(one for one, is_so in zip(BY_NAME["how"].ids, modes, strict=True) if is_so)
        for wanted in BY_NAME["how"].ids:
            expected = FITS if wanted in (told or ("in_person",)) else MISFIT
            assert verdict("how", listing(venue(modes=told)), how=frozenset({wanted})) is expected
    in_another_city = listing(venue(FAR, modes=("in_person", "online")))
    assert verdict("how", in_another_city, how=frozenset({"in_person"}), km=None) is MISFIT
    assert verdict("how", in_another_city, how=frozenset({"online"}), km=None) is FITS


@pytest.mark.parametrize(
    ("modes", "areas", "km", "expected", "sentence"),
    [
        (("in_person",), (), 1.0, FITS, "In reach: about 1 mile"),
        (("home_visit",), ("E06000016",), None, FITS, "Comes to LE2 0"),
        (("in_person",), ("E06000016",), 1.0, FITS, "For people in LE2 0"),
        (("in_person",), ("E06000017",), 1.0, MISFIT, "Only for people in Rutland"),
        (("in_person",), ("E99999999",), 1.0, MISFIT, "Only for people of another area"),
        (("online",), (), None, FITS, "Online or by phone, wherever you live"),
        (("in_person",), ("*",), 1.0, FITS, "For people anywhere in the UK"),
    ],
)
def test_the_area_it_is_for(
    modes: tuple[str, ...], areas: tuple[str, ...], km: float | None, expected: Verdict, sentence: str
) -> None:
    one = look(listing(venue(NEAR if km else None, modes=modes), areas=frozenset(areas)), km=km)
    found = ROWS["area"].judge(type(one)(one.listing, one.wanted, one.km, {"E06000017": "Rutland"}))
    assert found is not None and (found.verdict, found.sentence) == (expected, sentence)


def test_whether_somebody_comes_is_asked_where_they_have_not_told_to_whom() -> None:
    told = listing(venue(modes=("in_person", "home_visit")))
    assert verdict("area", told, how=frozenset({"home_visit"})) is ASK
    assert verdict("area", told) is FITS
    assert verdict("area", told, place=None) is ASK
    assert verdict("area", listing(venue(None, modes=("phone",))), place=None) is FITS


def test_farther_than_somebody_would_go() -> None:
    assert verdict("distance", listing(), within_km=5.0, km=5.0) is None
    assert verdict("distance", listing(), within_km=5.0, km=5.1) is MISFIT
    assert verdict("distance", listing(venue(modes=("in_person", "phone"))), within_km=5.0, km=9.0) is ASK
    assert verdict("distance", listing(venue(modes=("phone",))), within_km=5.0, km=None) is None


def test_need_is_one_of_those_asked_for() -> None:
    for told, expected in (((), ASK), (("loneliness", "debt"), FITS), (("debt",), MISFIT)):
        assert verdict("need", listing(needs=told), needs=("loneliness", "bereavement")) is expected


def test_the_verdict_of_a_listing_is_the_worst_and_names_all_that_is_to_be_asked() -> None:
    told = listing(venue(step_free=None, hearing_loop=None), joining=["drop_in"], costs=(cost(kind="free"),))
    wanted = Wanted(access=frozenset({"step_free", "hearing_loop"}), most_cost="free")
    found = judge(look(told, wanted), RULES)
    assert found.verdict is ASK
    assert [str(rule.about) for rule in found.asks] == ["step-free access", "a hearing loop"]
    assert found.sentences(FITS) == ["In reach: about 1 mile", "Free", "No appointment needed"]
    worse = judge(look(told, wanted, when=frozenset({"tue"}), within_km=0.5), RULES)
    assert worse.verdict is MISFIT and worse.sentences(MISFIT) == ["Too far: about 1 mile"]
    assert len(worse.asks) == 3
