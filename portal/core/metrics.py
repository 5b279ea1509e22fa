"""Counts and times for operators, in the format of Prometheus. No label carries anything of a person."""

import os
from collections.abc import Callable, Mapping

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from portal.core.jobs import backlog

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
REQUESTS = Counter("portal_requests_total", "Requests answered.", ["endpoint", "method", "status"])
SECONDS = Histogram("portal_request_seconds", "Time to answer.", ["endpoint"], buckets=BUCKETS)
SEARCH_SECONDS = Histogram("portal_search_seconds", "Time the search engine took.", buckets=BUCKETS)
FIGURES: list[Callable[[], Mapping[str, tuple[str, float]]]] = []
"""What features add: each gives, when figures are read, names with what they are and how much it is."""
URGENT_CARDS = Counter("portal_urgent_cards_total", "Urgent help cards shown, by kind.", ["kind"])


def init_app(app: Flask) -> None:
    """Count every answer."""
    app.after_request(_count)


def exposition() -> Response:
    """All figures, of every process where several serve."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for metric in (REQUESTS, SECONDS, SEARCH_SECONDS, URGENT_CARDS):
            registry.register(metric)
    queue = backlog()
    gauges = {
        "portal_jobs_ready": ("Jobs that wait.", queue.ready),
        "portal_jobs_dead": ("Jobs set aside after too many tries.", queue.dead),
        "portal_jobs_oldest_seconds": ("How long the oldest due job has waited.", queue.oldest_wait.total_seconds()),
    }
    for ask in FIGURES:
        gauges |= ask()
    own = CollectorRegistry()
    for name, (what, value) in gauges.items():
        Gauge(name, what, registry=own).set(value)
    return Response(generate_latest(registry) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, request.method if request.url_rule else "other", response.status_code).inc()
    if "took_ms" in g:
        SECONDS.labels(endpoint).observe(g.took_ms / 1000)
    return response
