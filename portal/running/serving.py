"""Serving the site: waitress for the demo, gunicorn for production."""

import gc
import os
import shutil
import time
from pathlib import Path
from random import randrange
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from portal.directory import scrubbing, understanding
from portal.directory.helplines import helplines
from portal.openreferral import formats
from portal.operations.readiness import DRAINING, start_draining

DEMO_THREADS = 8
WORKER_THREADS = 4
SPREAD = 8
"""Of so many answers of a process with more connections than threads, one ends its connection."""
GRACE_SECONDS = 25


def settle() -> None:
    """Make ready what searches and the feed need, and set aside what stays: going through it again stopped a page for 0.13 s.

    Raises HelplineProblem for numbers that make no sense: better no start than a page of urgent help that is none.
    """
    helplines()
    make_ready()
    gc.collect()
    gc.freeze()


def make_ready() -> None:
    """What every instance has alike: phrases in order, lists of words, the grammar of addresses."""
    understanding.make_ready()
    scrubbing.make_ready()
    formats.checker()


def serve_demo(app: Flask, port: int) -> None:
    """Serve on this machine alone, in this process, until interrupted."""
    from waitress.server import create_server

    settle()
    server = create_server(
        app, host="127.0.0.1", port=port, threads=DEMO_THREADS, ident=None, clear_untrusted_proxy_headers=True
    )
    try:
        server.run()
    finally:
        server.close()


class _Arbiter(Arbiter):
    """Tells load balancers first that this instance is going, then lets gunicorn end gracefully."""

    def handle_term(self) -> None:
        settings = self.app.portal.extensions["portal.settings"]
        start_draining(settings.instance)
        time.sleep(settings.drain_seconds)
        super().handle_term()


class _Server(BaseApplication):
    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.portal, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.portal

    def run(self) -> None:
        _Arbiter(self).run()


def serve(app: Flask, *, host: str, port: int, workers: int) -> None:
    """Serve in production until SIGTERM: running requests are answered, then it exits with 0."""
    instance = app.extensions["portal.settings"].instance
    (instance / DRAINING).unlink(missing_ok=True)
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": WORKER_THREADS,
        "graceful_timeout": GRACE_SECONDS,
        "timeout": 60,
        "keepalive": 5,
        "max_requests": 50_000,
        "max_requests_jitter": 5_000,
        "limit_request_line": 8_190,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "proc_name": "portal",
        "control_socket_disable": True,
        "post_fork": _after_fork,
        "pre_request": _spread,
    }
    settle()
    _Server(app, options).run()


def prepare_metrics(folder: Path) -> None:
    """Let several processes add up their figures. Must run before the metrics are made."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _after_fork(_server: Any, _worker: Any) -> None:
    """Connections are not shared between processes."""
    from portal.core.extensions import db

    with _server.app.portal.app_context():
        db.engine.dispose(close=False)


def _spread(worker: Any, asked: Any) -> None:
    """End one connection in eight where there are more than threads: who opens it anew is taken by the process that is free.

    A connection stays with the process that took it: of sixteen that came at once most stayed with one, and the other was idle.
    """
    if worker.nr_conns > WORKER_THREADS and randrange(SPREAD) == 0:
        asked.force_close()
