"""The demo: an instance of its own with made-up services, on this machine alone."""

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from flask import Flask

from portal.config import DEMO_SECRETS
from portal.core.extensions import settings
from portal.core.transactions import unit
from portal.demo import accounts as demo_accounts
from portal.demo import actions as demo_data
from portal.demo import (
    activity,
    asking,
    gaps,
    granting,
    group_desk,
    keeping_true,
    life_pages,
    referring,
    registering,
    searching,
    to_review,
    trying,
    watching_over,
)
from portal.demo import coordinating as coordinating_demo
from portal.demo import huddles as demo_huddles
from portal.demo import partners as partners_demo
from portal.demo import teams as demo_teams
from portal.demo import together as together_demo
from portal.demo import voice as voice_demo
from portal.directory import indexing
from portal.operations import upgrading

STOP_SECONDS = 10


def make_secrets(instance: Path) -> None:
    """Make the secrets of a new demo instance, readable by nobody else."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = instance / DEMO_SECRETS
    if path.exists():
        return
    told = {
        "secret_key": secrets.token_urlsafe(48),
        "data_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file)
    beside.replace(path)


def prepare(app: Flask, listings: int | None) -> None:
    """Everything that a demo needs before it serves; what is there already is left alone."""
    with app.app_context():
        if upgrading.revision() is None:
            click.echo("Setting up. This takes a minute or two, once.")
        with _progress() as progress:
            upgrading.upgrade(_quiet, progress)
        with unit():
            made = demo_data.load(listings)
        with unit():
            demo_accounts.ensure(settings().instance)
            keeping_true.ensure()
            to_review.ensure()
            group_desk.ensure()
            registering.ensure()
            referring.ensure()
            asking.ensure()
            watching_over.ensure()
            searching.ensure()
            together_demo.ensure()
            partners_demo.ensure()
            granting.ensure()
            trying.ensure()
            coordinating_demo.ensure()
            demo_teams.ensure()
            demo_huddles.ensure()
            together_demo.ensure_elsewhere()
            gaps.ensure()
            life_pages.ensure()
            voice_demo.ensure()
            activity.ensure()
            partners_demo.count()
        if made:
            click.echo(f"{len(made):,} made-up services were put in.")
            indexing.rebuild_index()


def is_port_free(port: int) -> bool:
    """Whether the site can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def worker_beside() -> Iterator[None]:
    """A worker in a process of its own while the body runs, with the same settings."""
    process = subprocess.Popen([sys.executable, "-m", "portal.cli", "worker"], start_new_session=True)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def _progress() -> Iterator["Progress | None"]:
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        yield Progress(stack)


class Progress:
    """Shows how far the building of the postcode structure is; nothing where it stands already."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack, self.done = stack, 0
        self.bar: click._termui_impl.ProgressBar[int] | None = None

    def __call__(self, _what: str, share: float) -> None:
        if self.bar is None:
            self.bar = self.stack.enter_context(click.progressbar(length=100, label="Postcodes", file=sys.stderr))
        step = int(share * 100) - self.done
        self.bar.update(step)
        self.done += step


def _quiet(_sentence: str) -> None:
    return None
