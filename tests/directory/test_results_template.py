"""The results page, from hand-made answers: every part of a search has its place, in order, in every state."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, render_template

from portal.directory import urgent
from portal.directory.asking import request_from
from portal.directory.found import Found, Paging, Way
from portal.directory.helplines import helplines_for
from tests.directory import found_examples as examples
from tests.support.page import Page, check_html

Show = Callable[..., Page]


@pytest.fixture
def show(sqlite_app: Flask) -> Show:
    """The results page of an answer, checked as every page is."""

    def shown(found: Found, kinds: tuple[str, ...] = ()) -> Page:
        with sqlite_app.test_request_context("/services"):
            html = render_template("directory/search.html", found=found, urgent_cards=urgent.cards_for(kinds))
            page = Page(sqlite_app.make_response(html))
        check_html(page)
        return page

    return shown


@pytest.mark.parametrize("name", examples.STATES)
def test_every_state_of_a_search_is_a_valid_page(show: Show, name: str) -> None:
    assert show(examples.STATES[name]).one("main").get("id") == "main"


def test_the_parts_stand_in_the_order_of_reading(show: Show) -> None:
    html = show(examples.MANY).html
    parts = ("search-band__form", "We looked for", "filters__form", "results__count", 'id="sort"', 'class="chosen"')
    places = [html.index(part) for part in (*parts, 'id="s-', 'class="pagination"')]
    assert places == sorted(places)


def test_both_boxes_are_filled_with_what_was_asked(show: Show) -> None:
    page = show(examples.MANY)
    assert page.one("#q")["value"] == "I feel lonely since my wife died"
    assert page.one("#near")["value"] == "LE2 0QB"


def test_a_guess_can_be_sent_away(show: Show) -> None:
    assert "not=bereavement" in show(examples.MANY).link("Not this : Grief and loss")


def test_a_chosen_filter_is_removed_by_its_own_link(show: Show) -> None:
    address = show(examples.MANY).link("Remove filter: Drop in")
    assert "join=self_refer" in address
    assert "drop_in" not in address


def test_the_count_is_a_heading_inside_a_status(show: Show) -> None:
    assert show(examples.MANY).words('[role="status"] h2') == ["23 places and groups near LE2"]


def test_one_result_is_not_said_in_the_plural(show: Show) -> None:
    assert show(examples.SHORT).words('[role="status"] h2') == ["1 place or group"]


def test_filters_show_counts_and_who_has_not_told(show: Show) -> None:
    page = show(examples.MANY)
    assert "Drop in 11" in page.words(".tick label")
    assert "6 more have not told us if they are step-free." in page.text
    assert [box["id"] for box in page.select(".tick input[checked]")] == ["within-3", "join-drop_in", "join-self_refer"]


def test_a_rare_group_is_open_only_when_one_of_its_boxes_is_ticked(show: Show) -> None:
    folded = examples.MANY.groups[-1]
    ticked = replace(folded, options=(replace(folded.options[0], is_chosen=True),))
    assert not show(examples.MANY).select(".filters__fold[open]")
    assert len(show(replace(examples.MANY, groups=(ticked,))).select(".filters__fold[open]")) == 1


def test_the_filter_form_keeps_words_place_and_order(show: Show) -> None:
    found = replace(examples.MANY, request=replace(examples.REQUEST, sort="nearest", refused=("debt",)))
    hidden = {str(tag["name"]): tag["value"] for tag in show(found).select(".filters__form input[type=hidden]")}
    assert hidden == {"q": examples.REQUEST.words, "near": "LE2 0QB", "not": "debt", "sort": "nearest"}


def test_a_card_says_when_where_what_it_costs_and_how_to_join(show: Show) -> None:
    first = show(examples.MANY).select(".service-card")[0]
    words = " ".join(first.get_text(" ").split())
    for fact in ("Next: Tuesday 24 November", "Under half a mile", "Clarendon Park", "Free", "Drop in", "Step-free"):
        assert fact in words
    assert [tag.get_text(strip=True) for tag in first.select(".tag")] == ["Space now", "Checked this month"]


def test_the_name_leads_to_the_service(show: Show) -> None:
    card = examples.CARDS[0]
    assert show(examples.MANY).link("Tuesday Table") == f"/services/{card.id}/tuesday-table"


def test_what_is_not_known_is_left_out(show: Show) -> None:
    bare = replace(
        examples.CARDS[0], when=None, distance_label=None, place_label=None, cost_label=None, joining_label=None
    )
    assert not show(replace(examples.SHORT, cards=(bare,))).select(".facts dd")


def test_hostile_text_of_a_listing_is_shown_as_text(show: Show) -> None:
    bad = replace(examples.CARDS[0], name="<script>alert(1)</script>", line='"><img src=x onerror=alert(1)>')
    page = show(replace(examples.SHORT, cards=(bad,)))
    assert not page.select(".service-card script, .service-card img")
    assert "<script>alert(1)</script>" in page.main


def test_a_description_in_another_language_says_so(show: Show) -> None:
    urdu = replace(examples.CARDS[0], lang="ur", direction="rtl", language_note="This description is in Urdu")
    page = show(replace(examples.SHORT, cards=(urdu,)))
    assert page.one(".service-card__line")["lang"] == "ur"
    assert page.one(".service-card__line")["dir"] == "rtl"
    assert "This description is in Urdu" in page.main


def test_pages_are_numbered_links_that_keep_the_search(show: Show) -> None:
    page = show(examples.MANY)
    assert "page=2" in page.link("Page 2")
    assert "join=drop_in&join=self_refer" in page.link("Next page")
    assert "Showing 1 to 10 of 23" in page.main


def test_many_pages_leave_gaps(show: Show) -> None:
    page = show(replace(examples.MANY, paging=Paging(40, 90, 391, 400, 900)))
    assert page.words(".pagination li") == [
        "Previous page", "Page 1", "…", "Page 39", "Page 40", "Page 41", "…", "Page 90", "Next page",
    ]  # fmt: skip


def test_the_link_to_share_never_carries_the_full_postcode(show: Show) -> None:
    address = show(examples.MANY).one("a[data-copy]")["href"]
    assert "near=LE2+0&" in f"{address}&"
    assert "0QB" not in address


def test_a_place_not_understood_is_said_in_summary_and_beside_the_box(show: Show) -> None:
    page = show(examples.WRONG_PLACE)
    sentence = "Enter a full UK postcode or a town, like LE2 0QB or Camden Town"
    assert page.one(".error-summary a")["href"] == "#near"
    assert page.words(".error-summary a") == [sentence]
    assert page.one("#near")["aria-describedby"] == "near-error"
    assert sentence in page.words("#near-error")[0]
    assert page.one("title").get_text().startswith("Error: ")
    assert page.one("#near")["value"] == "Atlantis"


def test_a_corrected_word_offers_the_words_as_typed(show: Show) -> None:
    assert "exact=1" in show(examples.CORRECTED).link("Search instead for lonelyness")


def test_an_index_that_is_being_mended_is_said(show: Show) -> None:
    assert "Search is being mended" in show(examples.CORRECTED).main
    assert "Search is being mended" not in show(examples.MANY).main


def test_no_result_offers_ways_with_true_counts(show: Show) -> None:
    page = show(examples.NONE)
    assert page.words("h2.results__count") == ["We could not find a match yet"]
    assert page.words(".widenings a") == ["Any day", "Within 5 miles", "Online or phone", "Similar: Befriending"]
    assert page.words(".widenings__count .hidden") == ["6 results", "11 results", "14 results", "4 results"]
    assert not page.select(".filters")


def test_nothing_at_all_still_leads_on(show: Show) -> None:
    assert show(examples.EMPTY).link("Choose a topic") == "/#topics"


def test_a_place_outside_the_area_names_its_council(show: Show) -> None:
    page = show(examples.OUTSIDE)
    assert "Truro is outside the area that we cover." in page.main
    assert page.link("Find Cornwall council on GOV.UK").startswith("https://www.gov.uk/")


def test_outside_the_area_nothing_is_said_to_reach_there_where_nothing_was_found(show: Show) -> None:
    page = show(replace(examples.NONE, is_outside=True))
    assert "is outside the area that we cover." in page.main and "These reach you" not in page.main


def test_without_a_place_the_question_is_repeated(show: Show) -> None:
    assert show(examples.SHORT).link("Enter a postcode or place") == "#near"


def test_a_sensitive_search_does_not_show_in_the_tab(show: Show) -> None:
    page = show(examples.PRIVATE)
    assert page.one("title").get_text() == "Support near you - Hereabouts"
    assert not page.select('meta[name="description"]')


def test_the_map_view_lists_every_place_with_directions(show: Show) -> None:
    page = show(examples.ON_MAP)
    assert page.words(".place-group h3") == [
        "Aylestone",
        "Clarendon Park",
        "South Knighton",
        "Victoria Park gate",
        "Not on the map",
    ]
    assert page.link("Directions to Tuesday Table, on OpenStreetMap").endswith("directions?to=52.61700%2C-1.11600")


def test_a_place_that_is_only_about_gets_no_directions(show: Show) -> None:
    place = next(tag for tag in show(examples.ON_MAP).select(".place") if "Walk and Natter" in tag.get_text())
    assert place.has_attr("data-about")
    assert "Directions" not in place.get_text()


def test_the_map_script_is_fetched_only_for_the_map(show: Show) -> None:
    assert not [tag for tag in show(examples.MANY).select("script") if "map.js" in str(tag["src"])]
    assert [tag for tag in show(examples.ON_MAP).select("script") if "map.js" in str(tag["src"])]


def test_a_map_without_places_says_why(show: Show) -> None:
    page = show(replace(examples.ON_MAP, spots=()))
    assert "None of these results has a place on the map." in page.main
    assert not page.select("#map")


def test_a_saved_service_can_be_taken_off_again(show: Show) -> None:
    page = show(examples.MANY)
    assert page.words(".save button")[:2] == ["Saved. Remove : Tuesday Table", "Save to my list : Mend and Make"]
    assert [form["action"] for form in page.select(".save")][:2] == ["/list/remove", "/list/add"]


def test_a_service_about_something_sensitive_is_not_offered_for_saving(show: Show) -> None:
    private = replace(examples.CARDS[0], can_save=False)
    assert not show(replace(examples.SHORT, cards=(private,))).select(".save")


def test_a_way_with_a_second_part_shows_both(show: Show) -> None:
    found = replace(examples.NONE, widenings=(Way("Similar", {"q": "x"}, 3, "Befriending"),))
    assert show(found).words(".widenings a") == ["Similar Befriending"]


def test_an_odd_question_does_not_break_the_frame(show: Show) -> None:
    odd = request_from({"q": ['"><svg onload=alert(1)>'], "near": ["'"]})
    assert show(replace(examples.EMPTY, request=odd)).one("#q")["value"] == '"><svg onload=alert(1)>'


def test_urgent_help_stands_before_everything_that_was_found(show: Show) -> None:
    page = show(examples.MANY, ("mental_health",))
    assert page.html.index("urgent-card") < page.html.index("We looked for") < page.html.index('id="s-')
    assert page.one('a[href="tel:116123"]')
    assert "We do not keep the words you typed." in page.main


def test_a_page_about_abuse_can_be_left_at_once(show: Show) -> None:
    assert show(examples.PRIVATE, ("abuse",)).select("[data-exit]")
    assert not show(examples.MANY, ("mental_health",)).select("[data-exit]")


def test_an_urgent_search_with_no_result_still_shows_the_card(show: Show) -> None:
    page = show(examples.NONE, ("mental_health",))
    assert page.html.index("urgent-card") < page.html.index("We could not find a match yet")


def test_results_for_some_of_the_words_say_so(show: Show) -> None:
    last = "Those that hold only some of them, or seem to be about the same, come last."
    assert last in show(replace(examples.MANY, is_relaxed=True)).main
    assert last not in show(examples.MANY).main


def test_numbers_to_call_where_nothing_was_found_read_from_left_to_right_in_every_language(sqlite_app: Flask) -> None:
    lines = helplines_for("mental_health")
    with sqlite_app.test_request_context("/services", environ_overrides={"portal.language": "ur"}):
        html = render_template("directory/search.html", found=examples.NONE, urgent_cards=(), helplines=lines)
        page = Page(sqlite_app.make_response(html))
    assert page.words('.helplines a bdi[dir="ltr"]')[:2] == [lines[0].number, lines[1].number]
