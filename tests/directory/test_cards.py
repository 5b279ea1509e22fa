"""Cards: whole sentences about what is known, nothing about what is not, and no markup but ours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.directory import queries
from portal.directory.cards import Card, card_of, line_of, slug_of
from portal.directory.costs import label as costs_label
from portal.directory.listings import Cost
from portal.directory.models import Service
from portal.directory.snippets import snippet
from portal.search.port import Hit

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _reader(sqlite_app: Any) -> Any:
    with sqlite_app.test_request_context("/"), clock.freeze(NOW):
        yield


def card(make: Any, *, hit: Hit | None = None, words: str = "", **columns: Any) -> Card:
    service = make.service(**columns)
    return card_of(queries.public_listings([service.id])[service.id], hit=hit, words=words)


def test_a_card_says_when_it_happens_next(make: Any) -> None:
    found = card(make, sessions=[make.session("WE", "10:00", "12:00")])
    assert found.when == "<strong>Tomorrow</strong>, 10am\u00a0to\u00a0midday"
    assert found.when_icon == "calendar"


def test_a_card_says_today_as_drop_ins_do_and_the_day_of_what_is_farther_away(make: Any) -> None:
    assert card(make, sessions=[make.session("TU", "18:00", "20:00")]).when == (
        "<strong>Today</strong>, 6pm\u00a0to\u00a08pm"
    )
    assert card(make, opening=[make.opening("TU", "18:00", "20:00")]).when == (
        "Open <strong>today</strong>, 6pm\u00a0to\u00a08pm"
    )
    assert card(make, sessions=[make.session("TH")]).when == (
        "Next: <strong>Thursday 26 November</strong>, 10am\u00a0to\u00a0midday"
    )


def test_a_card_says_what_is_on_now(make: Any) -> None:
    assert card(make, sessions=[make.session("TU")]).when == "<strong>On now</strong>, until midday"
    assert card(make, opening=[make.opening()]).when == "<strong>Open now</strong>, until 5pm"


def test_sessions_go_before_opening_hours(make: Any) -> None:
    found = card(make, sessions=[make.session("FR", "14:00", None)], opening=[make.opening()])
    assert found.when == "Next: <strong>Friday 27 November</strong>, from\u00a02pm"


def test_where_times_were_chosen_the_card_tells_the_first_of_them(make: Any) -> None:
    wanted = clock.epoch_minutes(datetime(2026, 11, 26, 10, tzinfo=UTC))
    found = card(make, sessions=[make.session("WE,TH")], hit=Hit("", 1.0, None, "none", wanted))
    assert found.when is not None and "Thursday 26 November" in found.when


def test_opening_words_of_the_source_stand_as_they_are_but_escaped(make: Any) -> None:
    assert card(make, opening_text="Weekdays <9 to 5>").when == "Weekdays &lt;9 to 5&gt;"


@pytest.mark.parametrize(
    ("joining", "words"),
    [
        (["drop_in", "self_refer"], ("Drop in", "no appointment needed")),
        (["self_refer"], ("Refer yourself", "no referral needed")),
        (["professional_only"], ("Through a professional", None)),
        ([], (None, None)),
    ],
)
def test_how_to_join(make: Any, joining: list[str], words: tuple[str | None, str | None]) -> None:
    found = card(make, joining=joining)
    assert (found.joining_label, found.joining_note) == words


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ({"space_state": "space"}, "space", "Space now"),
        ({"space_state": "waiting", "space_weeks": 3}, "wait", "Wait about 3 weeks"),
        ({"space_state": "full", "space_full_until": date(2027, 1, 5)}, "full", "Full until 5 January"),
        ({"space_state": "full", "space_full_until": date(2026, 11, 1)}, "ask", "Ask about space"),
        ({"space_state": "space", "space_said_at": NOW - timedelta(days=31)}, "ask", "Ask about space"),
        ({"joining": ["drop_in"]}, "drop-in", "Drop in"),
    ],
)
def test_space(make: Any, said: dict[str, Any], kind: str, text: str) -> None:
    found = card(make, **{"space_said_at": NOW, "joining": ["self_refer"], **said})
    assert found.space is not None and (found.space.kind, found.space.text) == (kind, text)


@pytest.mark.parametrize(
    ("assured", "kind", "text"),
    [
        (date(2026, 11, 1), "checked", "Checked this month"),
        (date(2026, 10, 31), "checked", "Checked October 2026"),
        (date(2026, 5, 24), "checked", "Checked May 2026"),
        (date(2026, 3, 1), "stale", "Not checked since March 2026 - phone first"),
        (None, "source", "Not checked by us yet"),
    ],
)
def test_freshness(make: Any, assured: date | None, kind: str, text: str) -> None:
    found = card(make, assured_date=assured)
    assert found.freshness is not None and (found.freshness.kind, found.freshness.text) == (kind, text)


@pytest.mark.parametrize(
    ("cost", "label"), [("free", "Free"), ("donation", "By donation"), (350, "£3.50 a session"), (None, None)]
)
def test_cost(make: Any, cost: Any, label: str | None) -> None:
    assert card(make, cost=cost).cost_label == label


@pytest.mark.parametrize(
    ("costs", "label"),
    [
        ([Cost("paid", 400, "A trip")], "A trip: £4"),
        ([Cost("paid", 800, "An hour"), Cost("paid", 400, "Low income")], "£4 to £8"),
        ([Cost("paid", 800), Cost("paid", 300, "Low income")], "£3 to £8 a session"),
        ([Cost("paid", 600), Cost("free", None, "On benefits")], "Free, or up to £6 a session"),
    ],
)
def test_a_price_with_words_of_its_own_is_not_said_to_be_for_a_session(costs: list[Cost], label: str) -> None:
    assert costs_label(costs) == label


def test_what_nobody_told_is_left_out(make: Any) -> None:
    found = card(make, cost=None, joining=[], languages=[], summary=None, description=None, at=[])
    assert found.line == "No description given by the source."
    unknown = (
        found.when,
        found.cost_label,
        found.joining_label,
        found.languages_label,
        found.distance_label,
        found.place_label,
    )
    assert unknown == (None,) * 6
    assert not found.is_step_free


def test_a_description_in_another_language_says_so_and_has_its_direction(make: Any) -> None:
    found = card(make, lang="ur", summary="چائے اور گفتگو", languages=["ur", "bsl"])
    assert (found.lang, found.direction) == ("ur", "rtl")
    assert found.language_note == "This description is in Urdu"
    assert found.languages_label == "Urdu, British Sign Language (BSL)"


def test_a_place_that_became_hidden_is_not_told_even_if_the_index_still_knows_it(make: Any) -> None:
    found = card(make, location=make.location(privacy="hidden"), hit=Hit("", 1.0, 0.2, "near", None))
    assert (found.distance_label, found.place_label) == (None, None)


def test_a_sensitive_listing_is_not_saved_by_default(make: Any) -> None:
    assert not card(make, needs=["abuse"]).can_save
    assert card(make, needs=["food"]).can_save


def test_a_line_has_160_characters_at_most_and_ends_with_a_whole_sentence_where_it_can() -> None:
    long = (
        "Tea and talk for people who have lost a partner. A host meets you at the door, and you can just listen. " * 3
    )
    line = line_of(Service(name="x", description=long))
    assert len(line) <= 160 and line.endswith("partner.")
    assert line_of(Service(name="x", description="a" * 500)).endswith("…")


@pytest.mark.parametrize(
    ("name", "slug"), [("Tea & Talk!", "tea-talk"), ("Tŷ Gwyn", "ty-gwyn"), ("چائے", "service"), ("a" * 200, "a" * 80)]
)
def test_slugs_are_plain(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_snippet_marks_the_words_and_escapes_the_rest() -> None:
    text = "We meet on Mondays. " * 20 + "<b>Singing</b> for people who like songs & choirs."
    found = snippet(text, "sing choir")
    assert found is not None
    assert "&lt;b&gt;<mark>Singing</mark>&lt;/b&gt;" in found and "<mark>choirs</mark>" in found
    assert found.startswith("… ")


def test_a_snippet_is_left_out_where_the_line_already_has_the_words_or_the_text_has_none() -> None:
    assert snippet("Singing for all", "singing", shown="We love singing") is None
    assert snippet("Singing for all", "yoga") is None
    assert snippet("", "yoga") is None


def test_hostile_words_make_no_snippet_slow_or_broken() -> None:
    assert snippet("tea " * 20_000, "(a+)+$ \\ [ * tea") is not None


def test_words_that_every_text_holds_are_not_marked() -> None:
    marked = snippet("Tea and cake, in grief.", "grief and loss")
    assert marked == "Tea and cake, in <mark>grief</mark>."
