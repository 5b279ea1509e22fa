"""Ways on when nothing was found: each a wider search with its true count, so that none leads to another empty page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from flask_babel import gettext as _

from portal.directory.asking import SearchRequest
from portal.directory.filters import BY_NAME, FILTERS
from portal.directory.found import Way
from portal.directory.needs import NEEDS
from portal.directory.panel import chip_label
from portal.directory.querying import RADII_MILES, Guesses, ticked
from portal.geography.places import Place

MOST = 6
Count = Callable[[SearchRequest], int]

SIMILAR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "loneliness": ("befriending", "older-social", "faith-culture"),
        "befriending": ("loneliness", "older-social"),
        "older-social": ("loneliness", "befriending", "arts-music"),
        "mens-groups": ("loneliness", "veterans", "physical-activity"),
        "womens-groups": ("loneliness", "faith-culture", "baby-parenting"),
        "arts-music": ("adult-learning", "older-social", "loneliness"),
        "nature-gardening": ("volunteering", "physical-activity", "arts-music"),
        "volunteering": ("nature-gardening", "jobs", "faith-culture"),
        "faith-culture": ("loneliness", "womens-groups", "arts-music"),
        "lgbtq": ("loneliness", "counselling", "youth"),
        "veterans": ("mens-groups", "counselling", "housing"),
        "crisis": ("counselling", "low-mood-worry", "loneliness"),
        "low-mood-worry": ("counselling", "crisis", "physical-activity"),
        "counselling": ("low-mood-worry", "bereavement", "loneliness"),
        "bereavement": ("counselling", "loneliness", "befriending"),
        "addiction": ("counselling", "smoking", "low-mood-worry"),
        "food": ("benefits", "debt", "energy"),
        "debt": ("benefits", "energy", "food"),
        "benefits": ("debt", "legal-rights", "food"),
        "energy": ("debt", "benefits", "food"),
        "jobs": ("adult-learning", "volunteering", "digital"),
        "adult-learning": ("jobs", "english-language", "digital"),
        "digital": ("adult-learning", "jobs", "older-social"),
        "english-language": ("adult-learning", "refugee-immigration", "faith-culture"),
        "housing": ("homelessness", "legal-rights", "debt"),
        "homelessness": ("housing", "food", "benefits"),
        "abuse": ("counselling", "womens-groups", "housing"),
        "scams-crime": ("legal-rights", "counselling", "debt"),
        "refugee-immigration": ("legal-rights", "english-language", "faith-culture"),
        "legal-rights": ("benefits", "housing", "refugee-immigration"),
        "physical-activity": ("falls-frailty", "weight-eating", "nature-gardening"),
        "weight-eating": ("physical-activity", "food", "long-term-conditions"),
        "smoking": ("addiction", "long-term-conditions", "physical-activity"),
        "long-term-conditions": ("physical-activity", "weight-eating", "disability-equipment"),
        "cancer-end-of-life": ("bereavement", "carers", "long-term-conditions"),
        "carers": ("dementia", "home-help", "befriending"),
        "dementia": ("carers", "older-social", "befriending"),
        "falls-frailty": ("physical-activity", "home-help", "older-social"),
        "home-help": ("carers", "disability-equipment", "transport"),
        "transport": ("home-help", "disability-equipment", "older-social"),
        "disability-equipment": ("home-help", "long-term-conditions", "transport"),
        "sight-hearing": ("disability-equipment", "home-help", "befriending"),
        "learning-disability-autism": ("send", "carers", "arts-music"),
        "baby-parenting": ("womens-groups", "counselling", "send"),
        "youth": ("send", "counselling", "arts-music"),
        "send": ("learning-disability-autism", "carers", "youth"),
    }
)
"""Needs that are close enough to be offered in place of one that nothing was found for, nearest first."""


def widenings(
    request: SearchRequest, guesses: Guesses, place: Place | None, topics: Mapping[str, int], count: Count
) -> tuple[Way, ...]:
    """At most six wider searches that find something. `topics`: what there is in the same reach, by need."""
    found: list[Way] = []
    seen: set[str] = {repr(sorted(request.params().items()))}
    for label, detail, wider in _candidates(request, guesses, place, topics):
        asked = replace(wider, page=1, exact=bool(wider.words))
        params = asked.params()
        key = repr(sorted(params.items()))
        if key in seen:
            continue
        seen.add(key)
        if total := count(asked):
            found.append(Way(label, params, total, detail))
        if len(found) == MOST:
            break
    return tuple(found)


Candidate = tuple[str, str | None, SearchRequest]


def _candidates(
    request: SearchRequest, guesses: Guesses, place: Place | None, topics: Mapping[str, int]
) -> Iterator[Candidate]:
    for one in FILTERS:
        if one.source != "within" and (values := ticked(request, guesses, one.name)):
            yield str(one.without), None, _without(request, one.name, values)
    yield from _farther(request, place)
    remote = request.with_filter("how", ("online", "phone"))
    if request.chosen("how") != ("online", "phone"):
        yield _("Online or phone"), None, replace(remote, within="")
        yield _("Online or phone"), None, remote.without_filters().with_filter("how", ("online", "phone"))
    yield from _similar(request, guesses)
    yield _("Without filters"), None, _unfiltered(request, guesses)
    if request.words:
        yield from _by_topic(request, topics)
        wordless = replace(request.without_filters(), words="", refused=())
        yield (_("Everything near %(place)s", place=place.label) if place else _("Everything we know")), None, wordless
    if request.near:
        yield _("In any place"), None, replace(request, near="", within="", sort="best")


def _without(request: SearchRequest, name: str, values: tuple[str, ...]) -> SearchRequest:
    """The same without a filter, whether it was chosen or read from the words."""
    if request.chosen(name):
        return request.with_filter(name, ())
    for value in values:
        request = request.refusing(f"{name}:{value}")
    return request


def _unfiltered(request: SearchRequest, guesses: Guesses) -> SearchRequest:
    for name, values in guesses.filters.items():
        request = _without(request, name, values)
    return request.without_filters()


def _farther(request: SearchRequest, place: Place | None) -> Iterator[Candidate]:
    miles = request.within_miles
    if miles is None or place is None:
        return
    for wider in RADII_MILES:
        if float(wider) > miles:
            yield chip_label("within", wider), None, replace(request, within=wider)
    yield str(BY_NAME["within"].without), None, replace(request, within="")


def _similar(request: SearchRequest, guesses: Guesses) -> Iterator[Candidate]:
    """Close needs in the same place, for each need that was read from the words or chosen."""
    sought = (*guesses.needs, *request.chosen("topic"))
    close = [need for rank in range(3) for one in sought for need in SIMILAR.get(one, ())[rank : rank + 1]]
    for need in dict.fromkeys(close):
        if need not in sought:
            yield (*_topic_label(need, is_similar=True), _of_topic(request, need))


def _by_topic(request: SearchRequest, topics: Mapping[str, int]) -> Iterator[Candidate]:
    """What there is most of in the same place. For words that mean nothing to us."""
    for need in sorted(topics, key=lambda need: (-topics[need], need))[:3]:
        yield (*_topic_label(need, is_similar=False), _of_topic(request, need))


def _of_topic(request: SearchRequest, need: str) -> SearchRequest:
    return replace(request.without_filters(), words="", refused=()).with_filter("topic", (need,))


def _topic_label(need: str, *, is_similar: bool) -> tuple[str, str | None]:
    label = str(NEEDS[need].label)
    return (_("Similar: %(need)s", need=label) if is_similar else label), None
