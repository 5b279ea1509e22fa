"""Health and figures for operators and for the machines that watch. The same in every language, never cached."""

from flask import Blueprint, Response, jsonify

from portal.core import metrics
from portal.core.access import operator_only, public
from portal.operations import models  # noqa: F401 (the table of the application)
from portal.operations.readiness import checks

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public()
def healthz() -> Response:
    """The process lives. Asks nothing of the database."""
    return _uncached(jsonify(status="ok"))


@bp.get("/readyz")
@public()
def readyz() -> Response:
    """Whether pages can be served well: database, index, geography, jobs and disk. 503 where one of them is bad."""
    found = checks()
    answer = jsonify(
        status="ok" if all(check.is_good for check in found) else "not ready",
        checks={check.name: "ok" if check.is_good else "bad" for check in found},
    )
    if not all(check.is_good for check in found):
        answer.status_code = 503
    return _uncached(answer)


@bp.get("/metrics")
@operator_only()
def figures() -> Response:
    """Counts and times in the format of Prometheus."""
    return _uncached(metrics.exposition())


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
