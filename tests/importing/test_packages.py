from pathlib import Path
from typing import Any

import pytest

from portal.importing.files.older import clock, weeks
from portal.importing.files.standard import kinds_of, record_of
from portal.importing.lines import FileProblem
from tests.importing.files import read
from tests.importing.packing import ORGANIZATIONS, SERVICE, SERVICES, write_folder, write_json, write_zip

OLD = {
    "services.csv": SERVICES,
    "organizations.csv": ORGANIZATIONS,
    "locations.csv": "id,name,latitude,longitude\nl1,Larkfield Hall,52.1,-1.5\n",
    "services_at_location.csv": "id,service_id,location_id\na1,s1,l1\n",
    "physical_addresses.csv": "id,location_id,address_1,postal_code\np1,l1,1 Larkfield Road,LE2 0QB\n",
    "postal_addresses.csv": "id,location_id,address_1,postal_code\np2,l1,PO Box 1,LE2 0QB\n",
    "phones.csv": "id,service_id,location_id,number\nt1,s1,,0116 222 2222\nt2,,l1,0116 333 3333\n",
    "contacts.csv": "id,service_id,name,phone_areacode,phone_number\nc1,s1,Ann,0116,4444444\n",
    "regular_schedules.csv": "id,service_id,location_id,weekday,opens_at,closes_at,original_text\n"
    "1,s1,l1,Monday,9:00am,5pm,Mon-Tue 9-5\n2,s1,l1,Tuesday,9:00am,5pm,Mon-Tue 9-5\n3,s1,,Friday,noon,5pm,Fri noon\n",
    "holiday_schedules.csv": "id,service_id,closed,start_date,end_date\n1,s1,True,2026-12-25,2026-12-26\n",
    "accessibility_for_disabilities.csv": "id,location_id,accessibility,details\n1,l1,Ramp,At the side\n",
    "languages.csv": "id,service_id,language\n1,s1,English\n",
    "eligibility.csv": "id,service_id,eligibility\n1,s1,Over 60\n2,s1,Carers\n",
    "services_taxonomy.csv": "id,service_id,taxonomy_id\n1,s1,t1\n",
    "taxonomy.csv": "id,name,parent_id,vocabulary\nt1,Soup kitchens,,AIRS\n",
    "service_areas.csv": "id,service_id,service_area\n1,s1,Leicester\n",
    "unknown.csv": "id,what\n1,x\n",
}


def service_in(path: Path) -> dict[str, Any]:
    rows = list(read(path).rows)
    assert len(rows) == 1 and rows[0].document is not None, rows
    found: dict[str, Any] = rows[0].document["hsds"]
    return found


def test_a_package_of_version_1_becomes_one_nested_document_of_version_3(tmp_path: Path) -> None:
    service = service_in(write_zip(tmp_path / "package.zip", {f"data/{name}": text for name, text in OLD.items()}))
    place = service["service_at_locations"][0]
    assert service["organization"] == {"id": "o1", "name": "Larkfield Trust", "website": "https://larkfield.org.uk"}
    assert service["contacts"] == [{"id": "c1", "name": "Ann", "phones": [{"number": "0116 4444444"}]}]
    assert [one["number"] for one in service["phones"]] == ["0116 222 2222"]
    assert service["eligibility_description"] == "Over 60\nCarers"
    assert service["attributes"][0]["taxonomy_term"] == {"id": "t1", "name": "Soup kitchens", "taxonomy": "AIRS"}
    assert service["service_areas"][0]["name"] == "Leicester" and service["languages"][0]["name"] == "English"
    assert place["location"]["latitude"] == 52.1
    assert [one["address_type"] for one in place["location"]["addresses"]] == ["physical", "postal"]
    assert place["location"]["accessibility"] == [{"id": "1", "description": "Ramp", "details": "At the side"}]
    assert [one["number"] for one in place["location"]["phones"]] == ["0116 333 3333"]


def test_days_of_version_1_are_weeks_at_the_place_they_name(tmp_path: Path) -> None:
    service = service_in(write_folder(tmp_path / "package", OLD))
    times = {
        "opens_at": "09:00",
        "closes_at": "17:00",
        "description": "Mon-Tue 9-5",
        "freq": "WEEKLY",
        "byday": "MO,TU",
    }
    assert service["service_at_locations"][0]["schedules"] == [times]
    assert [one["description"] for one in service["schedules"]] == ["2026-12-25 to 2026-12-26: closed", "Fri noon"]
    assert "opens_at" not in service["schedules"][0]


def test_a_package_of_version_3_is_joined_and_columns_of_ours_are_an_object(tmp_path: Path) -> None:
    service = service_in(
        write_folder(
            tmp_path / "package",
            {
                "service.csv": "id,organization_id,name,minimum_age,hereabouts_summary,hereabouts_audiences\n"
                's1,o1,\'+44 Club,18,Soup,"[""carers""]"\n',
                "organization.csv": "id,name\no1,Trust\n",
                "service_at_location.csv": "id,service_id,location_id\na1,s1,l1\n",
                "location.csv": "id,name\nl1,Hall\n",
                "sessions.csv": "id,service_at_location_id,freq,byday,starts_at,on_bank_holidays\nx1,a1,weekly,TU,10:00,true\n",
                "session_exceptions.csv": "id,session_id,date,kind\ne1,x1,2026-12-29,cancelled\n",
                "attributes.csv": "id,link_id,link_entity,taxonomy_term_id\n1,s1,service,t1\n2,l1,location,t1\n",
                "taxonomy_terms.csv": "id,name,taxonomy_id\nt1,Food,x\n",
                "taxonomy.csv": "id,name,uri\nx,Needs,needs\n",
            },
        )
    )
    assert (service["name"], service["minimum_age"]) == ("+44 Club", 18)
    assert service["hereabouts"] == {"summary": "Soup", "audiences": ["carers"]}
    place = service["service_at_locations"][0]
    session = place["hereabouts"]["sessions"][0]
    assert session["on_bank_holidays"] is True and session["exceptions"][0]["date"] == "2026-12-29"
    term = service["attributes"][0]["taxonomy_term"]
    assert term["taxonomy_detail"]["uri"] == "needs"
    assert place["location"]["attributes"][0]["taxonomy_term"]["name"] == "Food"


def test_an_id_that_no_row_has_leaves_nothing_behind(tmp_path: Path) -> None:
    service = service_in(
        write_folder(
            tmp_path / "package",
            {
                "services.csv": SERVICES.replace(",o1,", ",missing,"),
                "services_at_location.csv": "id,service_id,location_id\na1,s1,nowhere\na2,other,l1\n",
                "locations.csv": "id,name\nl1,Hall\n",
            },
        )
    )
    assert "organization" not in service
    assert service["service_at_locations"] == [{"id": "a1", "location_id": "nowhere"}]


def test_json_files_of_one_table_each_are_joined(tmp_path: Path) -> None:
    service = {key: value for key, value in SERVICE.items() if key != "organization"} | {"organization_id": "o1"}
    files = {
        "services.json": {"contents": [service]},
        "orgs.json": [{"id": "o1", "name": "Larkfield Trust", "website": "https://larkfield.org.uk"}],
        "places.json": [{"id": "a1", "service_id": "s1", "location": {"id": "l1", "name": "Hall"}}],
    }
    folder = tmp_path / "feed"
    folder.mkdir()
    for name, value in files.items():
        write_json(folder / name, value)
    found = service_in(folder)
    assert found["organization"]["name"] == "Larkfield Trust"
    assert found["service_at_locations"][0]["location"]["name"] == "Hall"


@pytest.mark.parametrize(
    "value", [SERVICE, [SERVICE], {"total_items": 1, "contents": [SERVICE]}, {"services": [SERVICE]}]
)
def test_a_service_alone_in_a_list_and_in_a_page_are_read_as_they_are(tmp_path: Path, value: Any) -> None:
    assert service_in(write_json(tmp_path / "feed.json", value)) == SERVICE


def test_a_package_without_services_is_refused_plainly(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="no table of services"):
        read(write_folder(tmp_path / "package", {"places.csv": "id\n1\n", "organizations.csv": ORGANIZATIONS}))
    with pytest.raises(FileProblem, match="no columns called id and name"):
        list(read(write_folder(tmp_path / "other", {"services.csv": "A,B\nx,y\n", "phones.csv": "a,b\nx,y\n"})).rows)


def test_taxonomy_is_the_terms_only_where_they_have_no_table_of_their_own() -> None:
    assert kinds_of(["taxonomy"]) == {"taxonomy": "taxonomy_terms"}
    assert kinds_of(["Taxonomy", "taxonomy_terms"])["Taxonomy"] == "taxonomies"


def test_line_ends_that_a_program_wrote_as_letters_are_line_ends() -> None:
    assert record_of("services", "services", {"description": "One.\\n\\nTwo.", "name": ""}) == {
        "description": "One.\n\nTwo."
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [("9:00am", "09:00"), ("12 p.m.", "12:00"), ("12am", "00:00"), ("17:30:00", "17:30"), ("noon", "noon")],
)
def test_clock_times_of_version_1(text: str, said: str) -> None:
    assert clock(text) == said


def test_rows_that_are_no_days_of_version_1_stay_apart() -> None:
    rows = [{"byday": "MO", "opens_at": "09:00"}, {"byday": "TU", "opens_at": "09:00"}]
    assert weeks(rows) == rows
