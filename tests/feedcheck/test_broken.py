"""Each way of being wrong is found, and is found as what it is."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from portal.feedcheck.nearness import between
from tests.feedcheck.made_feed import POSTCODES, TERMS, TODAY, MadeFeed, faults, one, service, told

Document = dict[str, Any]
Change = Callable[[str, dict[str, str], Any], Any]


def at(wanted: str, change: Callable[[Any], None]) -> Change:
    """Change the document at one path, or of all paths that begin so where it ends with a slash."""

    def changed(path: str, _query: dict[str, str], document: Any) -> Any:
        if path == wanted or (wanted.endswith("/") and wanted != "/" and path.startswith(wanted)):
            document = copy.deepcopy(document)
            change(document)
        return document

    return changed


def setting(**values: Any) -> Callable[[Any], None]:
    return lambda document: document.update(values)


def each(change: Callable[[Document], object]) -> Callable[[Any], None]:
    """Change every item of a page."""

    def changed(page: Any) -> None:
        for item in page["contents"]:
            change(item)

    return changed


LEVELS = {
    "another version": (at("/", setting(version="3.0")), "error version /  x1"),
    "no version": (at("/", lambda document: document.pop("version")), "error required / version is missing x1"),
    "no profile": (at("/", lambda document: document.pop("profile")), "error required / profile is missing x1"),
    "an address that is none": (
        at("/", setting(openapi_url="feed.example/openapi.json")),
        "error format / openapi_url is not a whole address such as https://example.org x1",
    ),
    "a list at the base": (lambda path, _q, d: [] if path == "/" else d, "error type / the document is not an object x1"),
    "no name": (at("/services", each(lambda item: item.pop("name"))), "error required /services name is missing x30"),
    "a status of its own": (
        at("/services/", setting(status="open")),
        "error enum /services/{id} status is none of active, inactive, defunct, temporarily closed x10",
    ),
    "an organisation without a description": (
        at("/services", each(lambda item: item["organization"].pop("description", None))),
        "error required /services organization.description is missing x30",
    ),
    "a term without a description": (
        at("/services/", lambda item: item["attributes"][0]["taxonomy_term"].pop("description")),
        "error required /services/{id} attributes.taxonomy_term.description is missing x10",
    ),
    "null": (at("/services/", setting(description=None)), "error type /services/{id} description is not text x10"),
    "no county": (
        at("/services/", lambda item: _address(item).pop("state_province", None)),
        "error required /services/{id} service_at_locations.location.addresses.state_province is missing x",
    ),
    "a daily rhythm": (
        at("/services/", lambda item: item["service_at_locations"][0].update(schedules=[]) or item.update(
            schedules=[{"id": one("x"), "freq": "DAILY"}])),
        "error enum /services/{id} schedules.freq is none of WEEKLY, MONTHLY x10",
    ),
    "no contents": (at("/services", lambda page: page.pop("contents")), "error type /services contents is not a list x1"),
    "contents that are no list": (at("/services", setting(contents={})), "error type /services contents is not a list x1"),
    "items that are texts": (
        at("/services", setting(contents=["a"] * 10)), "error type /services the document is not an object x30",
    ),
    "no total": (at("/services", lambda page: page.pop("total_items")), "error page_key /services total_items is missing x3"),
    "a total that is a text": (
        at("/services", setting(total_pages="4")), "error page_key /services total_pages has the wrong type x1",
    ),
    "always page 1": (at("/services", setting(page_number=1)), "error page_number /services page_number is another x2"),
    "always the first": (at("/services", setting(first_page=True)), "error first_page /services"),
    "never the last": (
        at("/services", setting(last_page=False)), "error last_page /services last_page is false on the last page x1",
    ),
    "always empty": (at("/services", setting(empty=True)), "error empty_flag /services empty is true where there are items x3"),
    "another size": (at("/services", setting(size=3)), "error size /services  x3"),
    "too many pages": (at("/services", setting(total_pages=9)), "error totals /services total_pages is not"),
    "a page in the middle that is not full": (
        lambda path, query, d: _half(d) if path == "/services" and query.get("page") == "2" else d,
        "error not_filled /services the page has another number of items than page 1 x1",
    ),
    "not JSON": (lambda path, _q, d: b"<html>" if path == "/services" else d, "error not_json /services It is not whole JSON"),
    "cut short": (
        lambda path, _q, d: b'{"contents": [' if path == "/services" else d, "error not_json /services It is not whole JSON",
    ),
    "a broken term": (at("/taxonomy_terms/", setting(term_uri="k1")), "warning format /taxonomy_terms/{id} term_uri is not"),
    "no taxonomies": (at("/taxonomies", setting(contents=[], size=0, empty=True)), "warning empty /taxonomies  x1"),
}  # fmt: skip


def _half(page: Document) -> Document:
    return {**page, "contents": page["contents"][:5], "size": 5}


def _address(item: Document) -> Document:
    addresses = item["service_at_locations"][0]["location"].get("addresses")
    return addresses[0] if addresses else {}


@pytest.mark.parametrize("name", LEVELS)
def test_what_the_national_validator_would_see_is_found(name: str) -> None:
    change, expected = LEVELS[name]
    findings = MadeFeed(change=change).checked(2)
    assert any(line.startswith(expected) for line in told(findings)), told(findings)
    assert findings.is_failed == (findings.count("error") > 0) == expected.startswith("error")


def test_an_endpoint_that_is_not_there_is_an_error_where_it_must_be_and_a_warning_where_it_may_be() -> None:
    class Without(MadeFeed):
        missing = "services"

        def answer_of(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
            return (404, {}) if path.startswith(f"/{self.missing}") else super().answer_of(path, query)

    findings = Without().checked(2)
    assert told(findings)[:1] == ["error unreachable /services The address was answered with the error 404. x1"]
    optional = Without()
    optional.missing = "taxonomies"
    findings = optional.checked(2)
    assert {one.weight for one in findings.ordered()} == {"warning"} and not findings.is_failed


def test_one_bad_record_is_found_by_the_walk_wherever_it_hides() -> None:
    made = MadeFeed(services=[service(number) for number in range(60)])
    made.services[33] = made.services[33] | {"email": "nobody"}
    assert "finding format /services (all of them) email is not an e-mail address x1" in told(made.checked())


FILTERS = [
    "organization_id",
    "taxonomy_term_id",
    "taxonomy_id",
    "minimum_age",
    "maximum_age",
    "modified_after",
    "day",
    "start_time",
    "end_time",
    "search",
    "proximity",
]


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_that_is_ignored_is_found(name: str) -> None:
    made = MadeFeed(ignored=frozenset({name}))
    if name == "taxonomy_id":
        other = {**TERMS[0], "id": one("other"), "taxonomy_id": one("other taxonomy")}
        made.services[0]["attributes"] = [{"id": one("a"), "taxonomy_term": other}]
    findings = made.checked()
    assert faults(findings) == {"filter_extra", *(["withheld_near"] if name == "proximity" else [])}
    assert all(name in one.detail for one in findings.ordered())


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_that_leaves_something_out_is_found(name: str) -> None:
    class Losing(MadeFeed):
        def matches(self, item: Document, query: dict[str, str]) -> bool:
            return super().matches(item, query) and name not in query

    findings = Losing().checked()
    assert faults(findings) <= {"filter_missing"}
    if name == "proximity":  # what the feed finds at no postcode is not judged
        assert "distance filters were not judged" in " ".join(findings.unjudged) or findings.count("finding")
    else:
        assert findings.count("finding") and all(name in one.detail for one in findings.ordered())


def test_a_filter_that_is_refused_is_found() -> None:
    class Refusing(MadeFeed):
        def answer_of(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
            return (400, {}) if "day" in query else super().answer_of(path, query)

    assert faults(Refusing().checked()) == {"filter_fails"}


def test_ids_that_stand_twice_and_ids_that_no_page_holds_are_found() -> None:
    made = MadeFeed()
    made.change = lambda path, query, d: (
        {**d, "contents": made.services[:10]} if path == "/services" and query.get("page") == "2" else d
    )
    findings = made.checked()
    assert {"twice", "missed"} <= faults(findings)


def test_another_record_in_place_of_the_one_that_was_asked_for_is_found() -> None:
    made = MadeFeed(change=at("/services/", setting(id=one("another"))))
    assert "other" in faults(made.checked())


def test_headers_are_judged() -> None:
    assert faults(MadeFeed(headers={}).checked()) == {"cors"}
    assert faults(MadeFeed(headers={"Access-Control-Allow-Origin": "https://one.example"}).checked()) == {"cors"}
    assert faults(MadeFeed(has_tags=False).checked()) == {"etag"}


def test_a_tag_that_changes_each_time_is_found() -> None:
    made = MadeFeed(has_tags=False)
    made.headers = {"Access-Control-Allow-Origin": "*", "ETag": '"always"'}
    assert told(made.checked())[0] == "finding etag / the tag is not answered with 304 x1"


LEAKS: dict[str, Callable[[Document], object]] = {
    "latitude of a place that is withheld": lambda at: at.update(latitude=52.6, longitude=-1.1),
    "addresses of a place that is withheld": lambda at: at.update(addresses=[{"address_1": "1 High Street"}]),
    "external_identifier of a place that is withheld": lambda at: at.update(external_identifier="10092008082"),
    "a postcode in a text of a place that is withheld": lambda at: at.update(description="Behind le1 1aa, ring twice"),
    "hereabouts.getting_there of a place that is withheld": lambda at: at["hereabouts"].update(getting_there="Bus 5"),
}


@pytest.mark.parametrize("detail", LEAKS)
def test_what_is_told_of_a_withheld_place_is_found_in_every_list(detail: str) -> None:
    made = MadeFeed()
    LEAKS[detail](made.services[7]["service_at_locations"][0]["location"])
    found = [line for line in told(made.checked()) if "withheld" in line]
    for endpoint in ("/services", "/service_at_locations"):
        assert f"finding withheld {endpoint} (all of them) {detail} x1" in found


def test_even_its_name_is_withheld_of_a_hidden_place() -> None:
    made = MadeFeed()
    made.services[19]["service_at_locations"][0]["location"]["name"] = "The refuge"
    assert "finding withheld /services (all of them) name of a place that is withheld x1" in told(made.checked())


def test_a_place_that_one_document_withholds_and_another_tells_is_found() -> None:
    made = MadeFeed()
    public = made.services[8]["service_at_locations"][0]["location"]
    made.services[7]["service_at_locations"][0]["location"]["id"] = public["id"]
    assert any("withheld in one document and told in another" in line for line in told(made.checked()))


def test_a_distance_filter_that_knows_where_a_hidden_place_is_is_found() -> None:
    def near(item: Document, middle: tuple[float, float], metres: float) -> bool:
        return item["id"] == service(19)["id"] or MadeFeed().is_near(item, middle, metres)

    assert faults(MadeFeed(near=near).checked()) == {"withheld_near"}


def test_a_distance_filter_that_knows_more_than_the_area_is_found() -> None:
    secret = {service(number)["id"]: list(POSTCODES.values())[number % 3] for number in (7, 17, 27, 37)}

    def near(item: Document, middle: tuple[float, float], metres: float) -> bool:
        if item["id"] in secret:
            return between(secret[item["id"]], middle) <= metres
        return MadeFeed().is_near(item, middle, metres)

    assert faults(MadeFeed(near=near).checked()) == {"withheld_near"}


def test_the_same_is_found_at_services_at_locations() -> None:
    def near(item: Document, middle: tuple[float, float], metres: float) -> bool:
        return item["id"] == service(19)["id"] or MadeFeed().is_near(item, middle, metres)

    findings = MadeFeed(near_place=near).checked()
    assert [(one.fault, one.where) for one in findings.ordered()] == [("withheld_near", "/service_at_locations")]


def test_a_distance_filter_that_takes_all_of_an_area_alike_is_right() -> None:
    in_area = {service(number)["id"] for number in (7, 27)}

    def near(item: Document, middle: tuple[float, float], metres: float) -> bool:
        return (item["id"] in in_area and metres > 5_000) or MadeFeed().is_near(item, middle, metres)

    assert told(MadeFeed(near=near).checked()) == []


@pytest.mark.parametrize(
    ("assured", "is_fresh"),
    [("2026-08-30", True), ("2026-08-29", False), (None, False), ("soon", False), ("2026-11-30T10:00:00Z", True)],
)
def test_a_listing_that_nobody_confirmed_within_three_months_is_a_finding(assured: str | None, is_fresh: bool) -> None:
    made = MadeFeed()
    made.services[3]["assured_date"] = assured
    if assured is None:
        del made.services[3]["assured_date"]
    findings = made.checked()
    assert findings.count("finding") == (0 if is_fresh else 1) and faults(findings) <= {"unassured"}
    assert TODAY.isoformat() == "2026-11-30"


def gone(**values: Any) -> Document:
    item = {"id": one("gone"), "name": "Gone", "status": "inactive", "last_modified": "2026-11-20T09:00:00.000Z"}
    return {**item, "hereabouts": {"gone": {"reason": "closed"}}, **values}


def test_what_is_gone_and_says_so_is_no_finding() -> None:
    leads = gone(hereabouts={"gone": {"reason": "merged", "merged_into": service(1)["id"]}}, status="defunct")
    for item in (gone(), leads):
        findings = MadeFeed(gone=[item]).checked()
        assert told(findings) == [] and findings.figures["gone"] == 1


def test_what_is_gone_and_does_not_say_so_is_found() -> None:
    assert "gone_unmarked" in faults(MadeFeed(gone=[gone(status="active")]).checked())
    leads = gone(hereabouts={"gone": {"merged_into": one("nothing")}})
    assert faults(MadeFeed(gone=[leads]).checked()) == {"gone_leads"}
    made = MadeFeed()
    made.services[2]["hereabouts"] = {"gone": {"reason": "closed"}}
    assert "gone_listed" in faults(made.checked())


def test_empty_fields_are_a_figure_and_no_finding() -> None:
    made = MadeFeed()
    del made.services[0]["url"]
    findings = made.checked()
    assert told(findings) == []
    empty = findings.figures["empty_fields"]
    assert (
        isinstance(empty, dict) and empty["url"] == {"empty": 1, "of": 40} and empty["email"] == {"empty": 40, "of": 40}
    )
