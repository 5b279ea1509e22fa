import pytest

from portal.geography import naming
from portal.geography.atlas import Atlas
from portal.geography.gazetteer import council_key, folded


def found(text: str, atlas: Atlas) -> naming.Found:
    place = naming.find(text, atlas, atlas.named)
    assert place is not None, text
    return place


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Albans", "saint albans"),
        ("King's Lynn", "Kings Lynn"),
        ("Ynys Môn", "ynys mon"),
        ("Tyne & Wear", "tyne and wear"),
    ],
)
def test_names_are_compared_without_their_trimmings(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("City of Edinburgh", "edinburgh"),
        ("Royal Borough of Greenwich", "greenwich"),
        ("Leicester City Council", "leicester"),
    ],
)
def test_a_council_is_known_without_its_title(name: str, key: str) -> None:
    assert council_key(name) == key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("near Camden Town", "Camden Town"), ("I live in Leicester", "Leicester"), ("ger Bangor", "Bangor"), ("In", "In")],
)
def test_little_words_before_a_place_are_dropped(typed: str, kept: str) -> None:
    assert naming.without_lead(typed) == kept


def test_a_name_that_many_places_bear_offers_the_others(atlas: Atlas) -> None:
    place = found("Newport", atlas)
    labels = [naming.label_of(other, atlas) for other in place.others]
    assert place.name.nation == "W"
    assert "Newport, Isle of Wight" in labels
    assert len(labels) == len(set(labels)) <= naming.MOST_ALTERNATIVES


def test_every_alternative_can_be_typed_and_is_then_found(atlas: Atlas) -> None:
    others = found("Newport", atlas).others
    assert others
    for other in others:
        again = found(naming.label_of(other, atlas), atlas).name
        assert (again.lat, again.lon) == (other.lat, other.lon)


@pytest.mark.parametrize(
    ("typed", "council"),
    [
        ("Richmond, North Yorkshire", "North Yorkshire"),
        ("Richmond upon Thames", "Richmond upon Thames"),
        ("Newport, Isle of Wight", "Isle of Wight"),
        ("Belgrave Leicester", "Leicester"),
        ("Leicester, UK", "Leicester"),
        ("Epsom, Surrey", "Epsom and Ewell"),
        ("Dorking, England", "Mole Valley"),
    ],
)
def test_words_after_a_name_narrow_it_down(typed: str, council: str, atlas: Atlas) -> None:
    assert atlas.authorities[found(typed, atlas).name.authority].name == council


def test_a_place_in_the_wrong_country_is_not_found(atlas: Atlas) -> None:
    assert naming.find("Leicester, Scotland", atlas, atlas.named) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Camdn Town", "Camden Town"),
        ("Liecester", "Leicester"),
        ("Clarendn Park", "Clarendon Park"),
        ("Dorkng", "Dorking"),
    ],
)
def test_a_slip_of_the_finger_is_offered_put_right(typed: str, meant: str, atlas: Atlas) -> None:
    assert naming.find(typed, atlas, atlas.named) is None
    assert naming.close_spelling(typed, atlas) == meant


@pytest.mark.parametrize("typed", ["zzzzzz", "a", "", "x" * 300, "Ω", "\u202eretsecieL"])
def test_nothing_is_offered_for_nonsense(typed: str, atlas: Atlas) -> None:
    assert naming.close_spelling(typed, atlas) is None


@pytest.mark.parametrize("typed", ["England", "wales", "Cymru", "UK", "the United Kingdom"])
def test_a_country_is_too_wide(typed: str) -> None:
    assert naming.is_too_wide(typed) is (typed != "the United Kingdom")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Newcastle on Tyne", "Newcastle upon Tyne"),
        ("Abingdon-on-Thames", "Abingdon"),
        ("Royal Sutton Coldfield", "Sutton Coldfield"),
        ("Letchworth", "Letchworth Garden City"),
        ("Inbhir Nis", "Inverness"),
        ("Abertawe", "Swansea"),
        ("Wigston", "Wigston Magna"),
        ("Ashby", "Ashby-de-la-Zouch"),
    ],
)
def test_a_town_is_found_by_its_other_names(typed: str, name: str, atlas: Atlas) -> None:
    assert found(typed, atlas).name.name == name


def test_a_town_that_we_can_search_near_goes_before_one_of_northern_ireland(atlas: Atlas) -> None:
    place = found("Bangor", atlas)
    assert atlas.authorities[place.name.authority].name == "Gwynedd"
    assert [naming.label_of(other, atlas) for other in place.others] == ["Bangor, Northern Ireland"]
