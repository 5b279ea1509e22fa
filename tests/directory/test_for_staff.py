"""What a group tells staff alone is on their pages and behind no public door."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.bundles.models import Bundle, BundlePin, BundleSection
from portal.changes.facts import FACTS
from portal.core import clock
from portal.core.extensions import db
from portal.describing import dumping
from portal.describing.dumps import found as dumps_found
from portal.directory.indexing import document_of
from portal.directory.models import ForStaff, Service
from portal.directory.queries import public_listings
from portal.exporting.actions import export_services
from portal.exporting.formats import FORMATS
from portal.geography.models import NeighbourhoodSet
from portal.openreferral.documents import service_documents
from portal.shortlists.models import Shortlist
from portal.teams.models import Team, TeamPatch
from tests.factories import Make
from tests.neighbourhoods.test_neighbourhood import cut, here
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")
SHARED = "7K4PQH"
SENTENCE = "Takes urgent requests on the same day. Phone first."
AsUser = Callable[..., Browser]


@pytest.fixture
def cafe(sqlite_app: Flask, make: Make) -> UUID:
    cut()
    made = make.service(
        "The Night Table",
        location=here(make),
        sessions=[make.session("MO", "18:00", "23:00")],
        needs=["loneliness"],
        phone="0116 496 0142",
    )
    return UUID(str(made.id))


def say(service_id: UUID) -> None:
    """Said in its own row, so that nothing else of the listing changes."""
    db.session.add(ForStaff(service_id=service_id, takes_urgent=True))
    db.session.commit()


def keep(service_id: UUID) -> None:
    """Put the listing on a published page for a situation in life, and on a list that somebody shared."""
    bundle = Bundle(
        slug="older-and-alone", area="city", title="Older and living alone", near="LE2 0QB", intro="Hello.", state="published",
        kept_by="The neighbourhood team", review_by=clock.today() + timedelta(days=200),
    )  # fmt: skip
    section = BundleSection(position=1, title="Company", needs=["loneliness"])
    section.pins.append(BundlePin(service_id=service_id, position=1))
    bundle.sections.append(section)
    expires_at = clock.now() + timedelta(days=90)
    db.session.add_all([bundle, Shortlist(code=SHARED, service_ids=[str(service_id)], expires_at=expires_at)])
    db.session.commit()


def kept_doors(service_id: UUID) -> tuple[str, ...]:
    """Addresses of what others put it on: each tells of it."""
    return (
        "/life/older-and-alone", "/life/older-and-alone/leaflet", f"/list/{SHARED}", f"/list/{SHARED}.ics",
        f"/list/{SHARED}/print", f"/list/print?service={service_id}",
    )  # fmt: skip


def doors(service_id: UUID, organisation_id: UUID) -> Iterator[str]:
    """Every address of the public that tells of a listing."""
    slug = f"{service_id}/the-night-table"
    yield from (
        "/", f"/services/{slug}", f"/services/{service_id}.ics", f"/services/{service_id}/qr", "/services?near=LE2+0QB",
        "/services?q=urgent+same+day", "/services.csv?near=LE2+0QB", "/services?near=LE2+0QB&view=map", "/sitemap.xml",
        "/api/openapi.json", "/api", "/api/oruk/v3/", "/api/oruk/v3/services", f"/api/oruk/v3/services/{service_id}",
        "/api/oruk/v3/services?format=csv", "/api/oruk/v3/services?format=ndjson", "/api/oruk/v3/service_at_locations",
        "/api/oruk/v3/organizations", "/api/oruk/v3/taxonomy_terms", "/neighbourhoods/clarendon-park",
        "/neighbourhoods/clarendon-park/drop-ins", "/neighbourhoods/clarendon-park/timetable",
        "/neighbourhoods/clarendon-park/booklet", "/neighbourhoods/clarendon-park.ics", "/help-me-choose",
        f"/organisations/{organisation_id}/larkfield-circle", "/widget/librarywidge/results?near=LE2+0QB",
        f"/widget/librarywidge/services/{service_id}", "/insight/searches", "/life", *kept_doors(service_id),
    )  # fmt: skip


CHANGING = re.compile(r'(csrf_token"|name="key"|token"[^>]*)[^>]*value="[^"]+"|took_ms[^,]*|\d+(\.\d+)? ms|DTSTAMP:\w+')


def answers(app: Flask, service_id: UUID) -> dict[str, Any]:
    client = app.test_client()
    told = {}
    organisation_id = db.session.get_one(Service, service_id).organization_id
    db.session.rollback()
    for address in doors(service_id, organisation_id):
        answer = client.get(address)
        told[address] = (answer.status_code, CHANGING.sub("", answer.get_data(as_text=True)))
    return told


def test_no_public_door_changes_when_it_is_said(sqlite_app: Flask, cafe: UUID, index_now: Callable[[], None]) -> None:
    keep(cafe)
    index_now()
    before = answers(sqlite_app, cafe)
    assert not [one for one in kept_doors(cafe) if before[one][0] != 200 or "Night Table" not in before[one][1]]
    say(cafe)
    index_now()
    after = answers(sqlite_app, cafe)
    assert {address for address in before if before[address] != after[address]} == set()
    assert sum(status == 200 for status, _body in after.values()) >= 20
    assert not [
        address for address, (_status, body) in after.items() if "urgent requests" in body or "takes_urgent" in body
    ]


@pytest.mark.parametrize("name", list(FORMATS))
def test_no_export_tells_it(sqlite_app: Flask, cafe: UUID, tmp_path: Path, name: str) -> None:
    say(cafe)
    export_services(tmp_path / "out", name)
    written = b"".join(path.read_bytes() for path in sorted((tmp_path / "out").rglob("*")) if path.is_file())
    assert written and b"urgent" not in written.lower() and b"for_staff" not in written


def test_documents_dumps_and_index_do_not_tell_it(sqlite_app: Flask, no_dumps: None, cafe: UUID) -> None:
    def told() -> tuple[str, str]:
        listing = public_listings([cafe])[cafe]
        return repr(document_of(listing)), repr([document for _listing, document in service_documents([cafe])])

    silent = told()
    say(cafe)
    assert told() == silent
    db.session.rollback()
    dumping.keep(anew=True)
    files = [path for one in dumps_found() for path in Path(one.folder).rglob("*.gz")]
    assert files
    for path in files:
        text = gzip.decompress(path.read_bytes())
        assert b"Night Table" in text or "services" not in path.name
        assert b"urgent" not in text and b"for_staff" not in text
    listing = public_listings([cafe])[cafe]
    assert not [name for name in vars(listing.service) if "staff" in name or "urgent" in name]


@pytest.mark.parametrize("role", ["referrer", "link-worker", "team-member", "moderator"])
def test_staff_read_it_on_page_card_and_drop_ins(
    sqlite_app: Flask, make: Make, as_user: AsUser, cafe: UUID, index_now: Callable[[], None], role: str
) -> None:
    say(cafe)
    index_now()
    staff = as_user(make.user(role))
    for address in (
        f"/services/{cafe}/the-night-table",
        "/services?near=LE2+0QB",
        "/neighbourhoods/clarendon-park/drop-ins",
    ):
        assert staff.get(address).words(".for-staff") == [f"For staff: {SENTENCE} Said on 23 November 2026."], address


@pytest.mark.parametrize("role", ["lead", "editor", "group-worker", "information-governance"])
def test_who_refers_nobody_reads_nothing(
    sqlite_app: Flask, make: Make, as_user: AsUser, cafe: UUID, index_now: Callable[[], None], role: str
) -> None:
    say(cafe)
    index_now()
    other = as_user(make.user(role))
    for address in (
        f"/services/{cafe}/the-night-table",
        "/services?near=LE2+0QB",
        "/neighbourhoods/clarendon-park/drop-ins",
    ):
        assert not other.get(address).select(".for-staff") and SENTENCE not in other.get(address).html


def test_results_ask_once_for_all_cards(
    sqlite_app: Flask, make: Make, as_user: AsUser, index_now: Callable[[], None], count_statements: Callable[[], Any]
) -> None:
    staff = as_user(make.user("referrer"))
    counted = []
    for more in (1, 6):
        for number in range(more):
            say(make.service(f"Table {more} {number}").id)
        index_now()
        with count_statements() as seen:
            staff.get("/services?near=LE2+0QB")
        counted.append(sum("service_for_staff" in one for one in seen))
    assert counted == [1, 1]


def test_it_says_when_it_was_said_again(sqlite_app: Flask, cafe: UUID) -> None:
    service = db.session.get_one(Service, cafe)
    assert FACTS["urgent"].read(service) is None
    FACTS["urgent"].write(service, True)
    db.session.commit()
    assert FACTS["urgent"].read(service) is True and FACTS["urgent"].shown(True) == [SENTENCE]
    FACTS["urgent"].write(service, None)
    db.session.commit()
    assert db.session.query(ForStaff).count() == 0


def test_the_strip_of_a_huddle_says_it_to_the_team(
    sqlite_app: Flask, make: Make, as_user: AsUser, cafe: UUID, index_now: Callable[[], None]
) -> None:
    say(cafe)
    area = db.session.query(NeighbourhoodSet).one()
    team = Team(name="Clarendon team", area=area.slug)
    team.patches.append(TeamPatch(neighbourhood_id=area.neighbourhoods[0].id, valid_from=date(2026, 1, 1)))
    db.session.add(team)
    db.session.commit()
    coordinator = as_user(make.user("team-coordinator", area="city"))
    page = coordinator.get("/neighbourhoods/clarendon-park/huddle/2026-11-23")
    assert "The Night Table , 6pm to 11pm Urgent requests: phone first" in page.words(".space-strip")[0]
