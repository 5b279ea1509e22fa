import pytest

from portal.geography.atlas import Atlas
from portal.geography.postcodes import Postcode

LE2_0QB = Postcode("LE2", "0", "QB")


def test_every_live_postcode_that_has_a_place_is_there(atlas: Atlas) -> None:
    assert 1_700_000 < atlas.size < 1_900_000


def test_a_postcode_has_a_place_a_council_and_a_neighbourhood(atlas: Atlas) -> None:
    spot = atlas.spot(LE2_0QB)
    assert spot is not None
    assert (spot.lat, spot.lon) == (pytest.approx(52.6316, abs=0.001), pytest.approx(-1.1243, abs=0.001))
    assert atlas.authorities[spot.authority].name == "Leicester"
    assert atlas.areas[spot.area].official.startswith("Leicester ")


def test_a_postcode_of_scotland_has_a_council_and_no_neighbourhood(atlas: Atlas) -> None:
    spot = atlas.spot(Postcode("EH1", "1", "YZ"))
    assert spot is not None
    assert atlas.authorities[spot.authority].code == "S12000036"
    assert spot.area == -1


def test_a_sector_lies_amid_its_postcodes(atlas: Atlas) -> None:
    spread = atlas.spread(Postcode("LE2", "0"))
    assert spread is not None
    assert (spread.lat, spread.lon) == (pytest.approx(52.632, abs=0.01), pytest.approx(-1.12, abs=0.01))
    assert [atlas.authorities[number].name for number in spread.authorities] == ["Leicester"]


def test_a_district_over_two_councils_knows_both(atlas: Atlas) -> None:
    spread = atlas.spread(Postcode("LE2"))
    assert spread is not None
    names = {atlas.authorities[number].name for number in spread.authorities}
    assert {"Leicester", "Oadby and Wigston"} <= names


def test_an_ended_postcode_is_known_as_such(atlas: Atlas) -> None:
    assert atlas.spot(Postcode("LE7", "7", "UR")) is None
    code, is_used = atlas.other(Postcode("LE7", "7", "UR")) or ("", True)
    assert (code, is_used) == ("E07000130", False)


def test_the_nearest_postcode_of_a_point_is_itself(atlas: Atlas) -> None:
    spot = atlas.spot(LE2_0QB)
    assert spot is not None
    nearest = atlas.nearest(spot.lat, spot.lon)
    assert nearest is not None
    assert nearest[1] < 0.001


@pytest.mark.parametrize(("lat", "lon"), [(48.85, 2.35), (0.0, 0.0), (90.0, 180.0), (-90.0, -180.0), (55.0, 5.0)])
def test_a_point_abroad_or_at_sea_has_no_postcode_near(atlas: Atlas, lat: float, lon: float) -> None:
    nearest = atlas.nearest(lat, lon)
    assert nearest is None or nearest[1] > 15


def test_the_outline_of_a_neighbourhood_closes_around_its_middle(atlas: Atlas) -> None:
    area = atlas.areas[atlas.area_numbers["E02002856"]]
    (ring,) = atlas.rings(frozenset({area.code}))
    assert ring[0] == ring[-1]
    assert min(x for x, _ in ring) < (area.lon or 0) < max(x for x, _ in ring)
    assert min(y for _, y in ring) < (area.lat or 0) < max(y for _, y in ring)


def test_unknown_codes_have_no_outline(atlas: Atlas) -> None:
    assert atlas.rings(frozenset({"E02999999", "nonsense"})) == []


def test_every_council_of_a_live_postcode_has_a_name(atlas: Atlas) -> None:
    nameless = [about.code for about in atlas.authorities if about.lat is not None and not about.name]
    assert nameless in ([], [""])
