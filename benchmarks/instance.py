"""An instance with so many made-up services, for the programs beside this file. Made once and kept between runs."""

import time
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import func, select

from portal.app import create_app
from portal.config import demo_secrets
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.demo import actions as demo_data
from portal.directory import indexing
from portal.directory.models import Service
from portal.operations import upgrading
from portal.running.demo import make_secrets
from portal.running.serving import settle

HOME = Path(__file__).parent.parent / ".pytest_cache"


def with_listings(count: int | None, database_url: str | None = None, *, is_indexed: bool = True) -> Flask:
    """The application over the demo, filled up to `count` services where a count is given; its index is up to date.

    `database_url`: of an empty database that is filled in place of the one that is kept. `is_indexed`: false for what searches
    nothing; building the index takes the longest.
    """
    folder = HOME / f"benchmark-{count or 'demo'}{'-other' if database_url else ''}{'' if is_indexed else '-unindexed'}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shared = HOME / "geography"
    if shared.is_dir() and not (folder / "geography").exists():
        (folder / "geography").symlink_to(shared, target_is_directory=True)
    make_secrets(folder)
    secrets = demo_secrets(folder)
    settings = Settings(
        instance=folder,
        secret_key=secrets["secret_key"],
        data_keys=(secrets["data_keys"],),
        database_url=database_url or f"sqlite:///{folder / 'portal.sqlite3'}",
        demo=True,
        log_level="error",
    )
    app = create_app(settings)
    with app.app_context():
        upgrading.upgrade(lambda _sentence: None, None)
        started = time.perf_counter()
        with unit():
            made = demo_data.load(count)
        loaded = time.perf_counter()
        if made and is_indexed:
            indexing.rebuild_index()
        if made:
            built = time.perf_counter()
            click.echo(f"loaded in {loaded - started:.1f} s, index built in {built - loaded:.1f} s")
        total = db.session.scalar(select(func.count()).select_from(Service))
        click.echo(f"{total:,} services")
        db.session.remove()
    settle()
    return app
