"""Connections that stay open are spread over the processes that serve. The figures: `benchmarks/load.py`."""

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from portal.running.serving import SPREAD, WORKER_THREADS, _spread

REQUESTS = 100 * SPREAD


def ended(connections: int) -> int:
    """How many of many requests end their connection at a process with so many."""
    settings = Config()
    worker = ThreadWorker(1, 1, [], None, 30, settings, Logger(settings))
    worker.nr_conns = connections
    asked = [
        next(RequestParser(settings, iter([b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"]), ("127.0.0.1", 1)))
        for _ in range(REQUESTS)
    ]
    for one in asked:
        _spread(worker, one)
    return sum(one.should_close() for one in asked)


def test_a_process_with_more_connections_than_threads_ends_some_and_one_with_few_keeps_all() -> None:
    assert REQUESTS / SPREAD / 2 < ended(WORKER_THREADS + 1) < 2 * REQUESTS / SPREAD
    assert ended(WORKER_THREADS) == 0
