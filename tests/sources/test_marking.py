"""The mark of a copy in our own documents: who else holds a service, from whom we did not copy it."""

from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service, Source
from portal.openreferral.documents import service_documents
from portal.openreferral.flattening import Document
from portal.sources.models import SourceMatch
from tests.factories import Make


def settled(service: Service, answer: str, name: str = "Larkfield council") -> None:
    source = Source(name=name, url="https://example.org/api?key=secret", licence="Open Government Licence v3.0")
    match = SourceMatch(
        source=source, external_id="17", answer=answer, service_id=service.id, how="person", fetched_at=clock.now()
    )
    db.session.add(match)
    db.session.commit()


def provenance_of(service: Service) -> Document | None:
    [(_listing, document)] = service_documents([service.id])
    told: Document | None = document["hereabouts"].get("provenance")
    return told


def test_a_listing_of_ours_says_which_directory_holds_a_copy_without_the_key_to_it(app: Flask, make: Make) -> None:
    service = make.service("Larkfield Library")
    settled(service, "copy")
    told = provenance_of(service)
    assert told is not None
    [copy] = told["copies"]
    assert copy.pop("copied_at")
    assert told.keys() == {"copies"}
    assert copy == {
        "source": "Larkfield council", "url": "https://example.org/api", "id": "17",
        "licence": "Open Government Licence v3.0",
    }  # fmt: skip


def test_an_imported_listing_tells_both_its_source_and_its_copies(app: Flask, make: Make) -> None:
    service = make.imported("Warm room", source="Warm places")
    settled(service, "copy")
    told = provenance_of(service)
    assert told is not None
    assert told["source"] == "Warm places"
    assert [one["source"] for one in told["copies"]] == ["Larkfield council"]


def test_what_is_no_copy_is_not_marked(app: Flask, make: Make) -> None:
    own, left = make.service("Own"), make.service("Left out")
    settled(own, "own", "One")
    settled(left, "left_out", "Two")
    assert provenance_of(own) is None
    assert provenance_of(left) is None
