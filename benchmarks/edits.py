"""Random edits from two processes at once beside a running worker: in the end index and database must say the same.

    PYTHONPATH=. .venv/bin/python benchmarks/edits.py [--edits 1000] [--seed 1] [--postgresql]

Each edit is one transaction of the product: another name or text, a place that is hidden or shown again, a listing withdrawn,
reopened or merged, an organisation renamed. Afterwards nothing withheld may be found by its words, in any process.
"""

import argparse
import os
import random
import secrets
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select

from portal.app import create_app
from portal.core import clock
from portal.core.database import reading
from portal.core.extensions import db
from portal.core.jobs import backlog
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.directory import indexing, queries
from portal.directory.models import Location, Service
from portal.organisations.models import Organization
from portal.search.current import engine
from portal.search.port import Query
from tests.factories import Make
from tests.support import forking, postgres
from tests.support.forking import Program
from tests.support.processes import ROOT, running

LISTINGS, ORGANISATIONS = 40, 10
KEY, SECRET = Fernet.generate_key().decode(), secrets.token_urlsafe(48)
PATIENCE_SECONDS = 180.0


def letters(number: int) -> str:
    """A number as a word that no other text holds."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}")


def settings_for(folder: Path, url: str) -> Settings:
    """Of an instance of the edits."""
    return Settings(
        instance=folder, secret_key=SECRET, data_keys=(KEY,), database_url=url, log_level="error", testing=True
    )


def fill(app: Flask) -> None:
    """Listings with places of their own, whose address words nobody else has."""
    with app.app_context():
        db.create_all()
        make = Make()
        owners = [make.organisation(f"Circle {letters(number)}") for number in range(ORGANISATIONS)]
        for number in range(LISTINGS):
            word = letters(number + 1000)
            place = make.location(address=f"{number} Lantern{word} Row", postcode=postcode(number), name=f"Rooms{word}")
            make.service(
                f"Table {word}",
                organisation=owners[number % ORGANISATIONS],
                location=place,
                description=f"Come to Lantern{word} Row, {postcode(number)}.",
            )
        db.session.remove()


def postcode(number: int) -> str:
    """One of its own, of no real place."""
    return f"LE{number // 10 + 2} 9Z{chr(ord('A') + number % 10)}"


def edit(chance: random.Random) -> None:
    """One random change, in one transaction with the word to the index."""
    with unit():
        ids = list(db.session.scalars(select(Service.id).order_by(Service.id)))
        service = db.session.get_one(Service, chance.choice(ids), with_for_update=True)
        match chance.randrange(8):
            case 0:
                service.name = f"Table {letters(chance.randrange(10**6))}"
            case 1:
                service.description = (service.description or "")[:200] + f" {letters(chance.randrange(10**6))}"
            case 2 | 3 | 4:
                _place_of(service).privacy = chance.choice(("public", "area", "hidden", "hidden"))
            case 5:
                service.withdrawn_at = clock.now() if service.withdrawn_at is None else None
            case 6:
                other = chance.choice(ids)
                service.merged_into_id = None if service.merged_into_id or other == service.id else other
            case _:
                owner = db.session.get_one(Organization, service.organization_id, with_for_update=True)
                owner.name = f"Circle {letters(chance.randrange(10**6))}"
                same = select(Service.id).where(Service.organization_id == owner.id)
                indexing.listings_changed(db.session.scalars(same))
        indexing.listing_changed(service.id)


def _place_of(service: Service) -> Location:
    place = db.session.get(Location, service.service_at_locations[0].location_id)
    assert place is not None
    return place


def wrong(app: Flask) -> list[str]:
    """How index and database differ once nothing waits, and what is found that is withheld."""
    with app.app_context(), reading():
        until = time.monotonic() + PATIENCE_SECONDS
        while backlog().ready and time.monotonic() < until:
            db.session.rollback()
            time.sleep(0.2)
        queue, compared = backlog(), indexing.check_index()
        found = [] if not (queue.ready or queue.dead) else [f"{queue.ready} jobs wait, {queue.dead} are dead"]
        if not compared.is_equal:
            found.append(f"the index differs: {compared}")
        public = set(queries.public_ids())
        client = app.test_client()
        for service in db.session.scalars(select(Service)).all():
            found += _told(client, service, service.id in public)
    return found


def _told(client: object, service: Service, is_public: bool) -> list[str]:
    place = _place_of(service)
    address = place.addresses[0]
    words = [] if is_public else [service.name]
    if not is_public or place.privacy != "public":
        words += [str(address.address_1), str(address.postal_code), str(place.name)]
    found = []
    for told in words:
        hits = {UUID(hit.id) for hit in engine().search(Query(words=told, limit=50)).hits}
        needle = told.split()[-1] if told == service.name else told
        for one in hits & {service.id}:
            document = engine().stored(str(one))
            texts = " ".join(document.texts.values()) if document else ""
            if not is_public or needle.lower() in texts.lower():
                found.append(f"“{told}” finds {one}")
    for path in (f"/services/{service.id}", f"/services/{service.id}.ics"):
        answer = client.get(path, follow_redirects=True).get_data(as_text=True)  # type: ignore[attr-defined]
        secret = [] if place.privacy == "public" else words[-3:]
        found += [f"{path} tells “{told}”" for told in secret if told.lower() in answer.lower()]
    return found


def try_out(folder: Path, url: str, edits: int, seed: int) -> list[str]:
    """Two processes edit while a worker runs. What went wrong."""
    app = create_app(settings_for(folder, url))
    fill(app)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    own = {"PORTAL_INSTANCE": folder, "PORTAL_SECRET_KEY": SECRET, "PORTAL_DATA_KEYS": KEY, "PORTAL_DATABASE_URL": url}
    env = kept | {name: str(value) for name, value in own.items()} | {"PYTHONPATH": str(ROOT)}
    with running("worker", env=env, log=folder / "worker.log"):
        asked = [["--editor", str(edits // 2), "--seed", f"{seed}{number}"] for number in (1, 2)]
        with ThreadPoolExecutor(2) as both:
            ended = list(both.map(lambda one: forking.run(Program(one, module="benchmarks.edits"), env), asked))
        return [f"an editor ended with {one.returncode}: {one.stderr}" for one in ended if one.returncode] + wrong(app)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--edits", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--editor", type=int, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.editor:
        chance = random.Random(options.seed)
        with create_app(is_serving=False).app_context():
            for _ in range(options.editor):
                edit(chance)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if (shared := ROOT / ".pytest_cache" / "geography").is_dir():
            (Path(folder) / "geography").symlink_to(shared, target_is_directory=True)
        server = postgres.start() if options.postgresql else None
        url = server.url() if server else f"sqlite:///{folder}/portal.sqlite3"
        began = time.perf_counter()
        found = try_out(Path(folder), url, options.edits, options.seed)
        if server:
            server.stop()
    for one in found[:20]:
        print(one)
    print(f"{options.edits:,} edits in {time.perf_counter() - began:.0f} s: {len(found)} things are wrong")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
