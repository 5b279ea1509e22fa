"""What pages tell machines in the words of schema.org: parsed from real pages, each term held against the vocabulary."""

from datetime import date

import pytest

from portal.organisations.models import OrganizationIdentifier
from tests.neighbourhoods.test_neighbourhood import cut, here
from tests.support import vocabulary
from tests.support.vocabulary import documents_of

pytestmark = pytest.mark.usefixtures("monday")


def page_of(service):
    return f"/services/{service.id}/{service.name.lower().replace(' ', '-')}"


def told(browser, address):
    return documents_of(browser.get(address).html)


def test_a_listing_with_all_facts_is_told_in_terms_of_the_vocabulary(app, browser, make):
    service = make.service(
        sessions=[make.session("TU", "10:00", "12:00"), make.session("FR", "22:00", "01:00")],
        phone="0116 496 0142",
        url="https://larkfield.example",
        languages=["en", "gu", "bsl"],
        areas=["*"],
    )
    (data,) = told(browser, page_of(service))
    assert data["@type"] == "Service" and data["offers"] == [
        {"@type": "Offer", "price": "0.00", "priceCurrency": "GBP"}
    ]
    place, phone, site = data["availableChannel"]
    assert place["serviceLocation"]["address"]["postalCode"] == "LE2 0QB"
    assert place["serviceLocation"]["address"]["streetAddress"] == "1 Larkfield Road, Leicester"
    assert phone["servicePhone"]["telephone"] == "0116 496 0142" and site["serviceUrl"] == "https://larkfield.example"
    assert set(place["availableLanguage"]) == {"en", "gu", "bsl"}
    assert data["hoursAvailable"][0] == {
        "@type": "OpeningHoursSpecification",
        "validFrom": "2026-11-24",
        "validThrough": "2026-11-24",
        "opens": "10:00:00",
        "closes": "12:00:00",
    }
    assert data["hoursAvailable"][1]["closes"] == "01:00:00"


@pytest.mark.parametrize("cost", [None, "donation", 350])
def test_what_nobody_told_is_left_out(sqlite_app, browser, make, cost):
    bare = make.service(
        "Bare", description=None, cost=cost, location=make.location(point=None, name=None, postcode=None)
    )
    online = make.service("Screen", is_online=True, cost=cost)
    for service in (bare, online):
        (data,) = told(browser, page_of(service))
        assert [one["price"] for one in data.get("offers", ())] == (["3.50"] if cost == 350 else [])
        assert "hoursAvailable" not in data and "areaServed" not in data
    assert "availableChannel" not in data


def test_private_places_are_told_by_their_area_or_not_at_all(app, browser, make):
    near = make.location(privacy="area", address="9 Secret Row", place_name="Clarendon Park")
    hidden = make.location(privacy="hidden", address="9 Secret Row", name="Quiet House")
    (data,) = told(browser, page_of(make.service("Circle", at=[near, hidden])))
    assert [one["serviceLocation"] for one in data["availableChannel"]] == [
        {"@type": "Place", "name": "Clarendon Park"}
    ]


def test_an_organisation_is_told_with_what_it_offers(app, browser, make):
    circle = make.organisation(website="https://larkfield.example", description="Friends.\n\nAnd tea.")
    circle.identifiers.append(
        OrganizationIdentifier(identifier_scheme="GB-CHC", identifier_type="Charity", identifier="1234567")
    )
    make.service("One", organisation=circle)
    make.service("Other", organisation=circle)
    (data,) = told(browser, f"/organisations/{circle.id}/larkfield-circle")
    assert data["@type"] == "Organization" and data["url"] == "https://larkfield.example"
    assert [offer["itemOffered"]["name"] for offer in data["makesOffer"]] == ["One", "Other"]
    assert data["identifier"][0]["value"] == "1234567" and data["sameAs"][0].endswith("/1234567")


def test_results_are_told_as_a_list_at_their_places(app, browser, make, index_now):
    for number in range(12):
        make.service(f"Group {number}", needs=["debt"])
    index_now()
    (first,), (second,) = told(browser, "/services?topic=debt"), told(browser, "/services?topic=debt&page=2")
    assert first["numberOfItems"] == second["numberOfItems"] == 12
    assert [one["position"] for one in (*first["itemListElement"], *second["itemListElement"])] == list(range(1, 13))
    assert len({one["url"] for one in (*first["itemListElement"], *second["itemListElement"])}) == 12
    assert told(browser, "/services?topic=dementia") == []


def test_a_neighbourhood_is_told_with_what_meets_in_these_days(app, browser, make):
    cut()
    make.service("Twice", location=here(make), sessions=[make.session("TU,TH")])
    make.service("Harbour", location=here(make), needs=["abuse"], sessions=[make.session("TU")])
    (data,) = told(browser, "/neighbourhoods/clarendon-park")
    assert data["@type"] == "CollectionPage" and data["about"]["containedInPlace"]["name"] == "Leicester"
    assert [one["name"] for one in data["mainEntity"]["itemListElement"]] == ["Twice"]
    (cymraeg,) = told(browser, "/cy/neighbourhoods/clarendon-park")
    assert cymraeg["inLanguage"] == "cy" and "/cy/services/" in cymraeg["mainEntity"]["itemListElement"][0]["url"]


def test_nothing_is_told_of_a_sensitive_need(app, browser, make, index_now):
    circle = make.organisation()
    service = make.service("Safe Harbour", organisation=circle, needs=["abuse"], sessions=[make.session()])
    make.service("Tea", organisation=circle)
    pages = (page_of(service), f"/organisations/{circle.id}/larkfield-circle")
    index_now()
    assert [told(browser, one) for one in pages] == [[], []]
    assert told(browser, "/services?topic=abuse") == []
    (everything,) = told(browser, "/services")
    assert [one["name"] for one in everything["itemListElement"]] == ["Tea"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"@type": "Service", "name": "A", "telephone": "1"},
        {"@type": "Service", "name": "A", "isAccessibleForFree": True},
        {"@type": "Service", "name": ""},
        {"@type": "Service", "url": "/services/1"},
        {"@type": "Service", "provider": {"@type": "Organization"}},
        {"@type": "Service", "provider": {"@type": "Place", "name": "A"}},
        {"@type": "OpeningHoursSpecification", "opens": "10:00", "validFrom": date(2026, 1, 1).isoformat()},
        {"@type": "OpeningHoursSpecification", "validFrom": "1.1.2026"},
        {"@type": "Event", "name": "A"},
    ],
)
def test_the_check_finds_what_is_wrong(wrong):
    with pytest.raises((AssertionError, KeyError)):
        vocabulary.check(wrong)
