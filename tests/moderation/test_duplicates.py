"""Whether two listings are one, on made-up ones that are like the real ones that were judged."""

import dataclasses

import pytest

from portal.moderation.duplicates import Record, Spot, likeness, signs_of, words_of
from portal.moderation.duplicates_blocks import keys_of, pairs_of
from portal.moderation.duplicates_reading import phone_key, record_of, times_told, web_key

HALL = Spot("Larkfield Hall, 12 Mill Street, Leicester", "LE2 0QB", (52.620, -1.118))
LIBRARY = {
    "name": "Larkfield Library",
    "address": "Mill Street, Leicester",
    "postcode": "LE2 0QB",
    "lat": 52.62,
    "lon": -1.118,
    "opening_text": "Monday: 09:30 - 17:00, Thursday: 09:30 - 19:00",
    "source": "warm spaces of the country",
}


def row(**facts: object) -> Record:
    return record_of({**LIBRARY, "source": "warm spaces of the council", **facts})


# fmt: off
SAME = {
    "the same library in two lists": row(name="LARKFIELD LIBRARY and information centre"),
    "with a place and a legal form": row(name="The Larkfield Library, Leicester Ltd"),
    "with what every warm space is called": row(name="Welcome Space at Larkfield Library", address="", opening_text=""),
    "a letter wrong and in other words": row(
        name="Larkfeild Public Library", opening_text="Mondays and Thursdays 9.30am to 5pm"
    ),
    "a name that is written as one word": row(name="Lark Field Libraries"),
    "who runs it, in brackets": row(name="Larkfield Library (Kettle Trust)", opening_text=""),
    "the group by its own name, at the same hours": row(name="Toast and tea", address="Larkfield Library, Mill Street"),
    "an address that only the description tells": row(
        address="", postcode="", lat=None, lon=None, description="Come to Mill Street, Leicester LE2 0QB, and be warm with us."
    ),
    "another postcode of the street": row(postcode="LE2 0QD", lat=52.6203, address="Larkfield Library, 3 Mill Street"),
}
OTHER = {
    "another library of the town": row(
        name="Northgate Library", address="North Gate, Leicester", postcode="LE1 3AA", lat=52.636
    ),
    "a club that meets there": row(
        name="Knit and natter", address="Larkfield Library, Mill Street", opening_text="Friday: 14:00 - 16:00"
    ),
    "a toy library in the library": row(name="Larkfield Toy Library", address="Mill Street", opening_text=""),
    "a church of that name": row(name="Larkfield Baptist Church", address="Mill Street, Leicester", opening_text=""),
    "a place of the same name in the next town": row(
        address="Station Road, Coalville", postcode="LE67 3AA", lat=52.72, lon=-1.37
    ),
    "its friends": row(name="Friends of Larkfield Library", opening_text="Saturday 10am - 12pm"),
    "next door": row(
        name="Larkfield Methodist Church", address="14 Mill Street, Leicester", opening_text="Wednesday 10am - 12pm"
    ),
    "the same name in another county": row(address="High Street, Exeter", postcode="EX4 3AA", lat=50.72, lon=-3.53),
}
# fmt: on


@pytest.mark.parametrize("name", SAME)
def test_what_is_one_is_found(name: str) -> None:
    assert likeness(record_of(LIBRARY), SAME[name]).is_likely


@pytest.mark.parametrize("name", OTHER)
def test_what_is_not_one_is_left_alone(name: str) -> None:
    assert not likeness(record_of(LIBRARY), OTHER[name]).is_likely


@pytest.mark.parametrize("other", [*SAME.values(), *OTHER.values()])
def test_either_order_gives_the_same(other: Record) -> None:
    one = record_of(LIBRARY)
    assert likeness(one, other).score == pytest.approx(likeness(other, one).score)


def test_two_groups_of_one_organisation_in_one_hall_are_two() -> None:
    one = Record(
        "Kettle and Chat", "Larkfield Trust", "1", spots=(HALL,), phones=frozenset({"01164960110"}),
        emails=frozenset({"hello@larkfield.example"}), registers=frozenset({"GB-CHC:1999999"}),
        times=frozenset({("TU", 600)}),
    )  # fmt: skip
    other = dataclasses.replace(one, name="Walking Football", times=frozenset({("TH", 1080)}))
    assert not likeness(one, other).is_likely


def test_the_same_charity_on_two_registers_is_one_and_its_sister_is_not() -> None:
    one = Record("THE LARKFIELD SOCIETY", spots=(Spot(postcode="SE1 7JB"),), registers=frozenset({"GB-CHC:1999999"}))
    scottish = dataclasses.replace(one, name="Larkfield Society", registers=frozenset({"GB-SC:SC099999"}))
    sister = dataclasses.replace(one, name="Larkfield Property Fund", registers=frozenset({"GB-CHC:1999998"}))
    assert likeness(one, scottish).is_likely
    assert not likeness(one, sister).is_likely


def test_a_charity_is_one_on_two_registers_wherever_its_offices_are() -> None:
    one = Record(
        "THE LARKFIELD INSTITUTE", spots=(Spot(postcode="WC2B 6SR", point=(51.51, -0.12)),),
        urls=frozenset({"larkfield.example"}), registers=frozenset({"GB-CHC:1999999"}), source="charities",
    )  # fmt: skip
    scottish = dataclasses.replace(
        one, name="Larkfield Institute", spots=(Spot(postcode="EH1 1YZ", point=(55.95, -3.19)),),
        registers=frozenset({"GB-SC:SC099999"}),
    )  # fmt: skip
    namesake = dataclasses.replace(scottish, urls=frozenset({"elsewhere.example"}))
    assert likeness(one, scottish).is_likely
    assert not likeness(one, namesake).is_likely


def test_one_number_and_one_name_in_two_lists_are_one_although_they_moved() -> None:
    one = Record(
        "Larkfield Trust", spots=(Spot(postcode="LE2 0QB"),), registers=frozenset({"GB-CHC:1999999"}), source="a list"
    )
    moved = dataclasses.replace(one, spots=(Spot(postcode="LE4 1AA"),), source="another list")
    assert likeness(one, moved).is_likely


def test_a_list_that_gives_each_a_page_means_two() -> None:
    one = Record("Kettle and Chat", spots=(HALL,), urls=frozenset({"list.example/kettle-1"}), source="a list")
    other = dataclasses.replace(one, urls=frozenset({"list.example/kettle-2"}))
    assert likeness(one, other).shares["own page"] < 0
    assert "own page" not in likeness(one, dataclasses.replace(other, source="another list")).shares


def test_words_that_set_apart_outweigh_all_they_share() -> None:
    ladies = Record("Golden Hill Ladies Bowling Club", spots=(HALL,), source="a list")
    mens = dataclasses.replace(ladies, name="Golden Hill Mens Bowling Club")
    assert not likeness(ladies, mens).is_likely
    assert likeness(ladies, mens).shares["set apart"] < 0


def test_a_row_without_anything_is_compared_without_harm() -> None:
    assert not likeness(record_of({}), record_of({})).is_likely


def test_names_are_brought_to_one_spelling() -> None:
    assert words_of("The St. Mary&#39;s Church Ltd &amp; Café") == ("st", "mary", "church", "cafe")
    assert words_of("Llyfrgell Larkfield CIO") == ("library", "larkfield")
    assert words_of("C.A.M.E.O. at St Mary") == ("cameo", "st", "mary")
    assert record_of({"name": "Larkfield Library (Kettle Trust)"}).words == ("larkfield", "library")
    assert record_of({"name": "(Kettle)"}).words == ("kettle",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kettle on the Street", "kettleonthestreet"),
        ("Mill View Rooms", "Millview rooms"),
        ("LMK drop-in", "Larkfield Mill Kitchen"),
    ],
)
def test_one_name_in_two_spellings_is_held_by_each(one: str, other: str) -> None:
    assert signs_of(row(name=one), row(name=other))["name held"] == 1


def test_times_are_read_from_free_words() -> None:
    assert times_told("Monday to Wednesday (9am to 4pm); Fri 1.30 - 3.30") == {
        ("MO", 540), ("TU", 540), ("WE", 540), ("FR", 810),
    }  # fmt: skip
    assert times_told("ask us, room 5, 07700 900000") == frozenset()


def test_times_may_stand_in_the_description_and_half_past_one_is_written_in_two_ways() -> None:
    told = row(opening_text="", description="We are open on Mondays and Thursdays from 9.30 am to 5 pm.")
    assert told.times == record_of(LIBRARY).times
    afternoon, written = row(opening_text="Monday 13:30 - 15:00"), row(opening_text="Monday 01:30 - 03:00")
    assert signs_of(afternoon, written)["one timetable"] == 1


def test_numbers_and_addresses_are_brought_to_one_form() -> None:
    assert phone_key("+44 (0)116 496 0110 ext 3") == phone_key("0116 496 0110") == "01164960110"
    assert phone_key("999") == ""
    assert web_key("https://www.Larkfield.example/about/") == web_key("larkfield.example/about")


def test_pairs_share_a_key_and_come_once() -> None:
    one, other = record_of(LIBRARY), SAME["the same library in two lists"]
    assert keys_of(one) & keys_of(other)
    records = {1: one, 2: other, 3: OTHER["the same name in another county"], 4: record_of({"name": "Sing"})}
    assert (1, 2) in set(pairs_of(records))
    assert len(list(pairs_of(records))) == len(set(pairs_of(records)))


def test_so_near_a_word_of_many_names_is_enough() -> None:
    near = {"postcode": "", "address": "", "lat": 52.6201, "lon": -1.1182}
    army, space = (
        row(name="Salvation Army", postcode="LE2 0QD"),
        row(name="Welcome Space at The Salvation Army", **near),
    )
    assert keys_of(army) & keys_of(space)
    far = row(name="Soup at the army", **{**near, "lat": 52.6275})
    assert not any(key.startswith("near") for key in keys_of(army) & keys_of(far))


def test_many_of_one_postcode_are_not_all_compared_with_each_other() -> None:
    records = {
        number: row(name=f"Circle {chr(97 + number % 26)}{number:05}x", lat=None, lon=None) for number in range(3000)
    }
    assert len(list(pairs_of(records))) < 30 * len(records)
