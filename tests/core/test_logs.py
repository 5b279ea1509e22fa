"""Where logs go."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from portal.core import logs
from tests.support.full_disk import full_at


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    logs.configure("error")


def test_a_log_goes_to_the_error_stream_in_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that was there when logs were set up may be closed since: a request must not fail for want of its line."""
    closed = io.StringIO()
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(sys, "stderr", closed)
        logs.configure()
    closed.close()
    structlog.get_logger().info("request", status=200)
    assert '"status": 200' in capsys.readouterr().err


def test_a_line_for_which_there_is_no_room_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "log").open("w") as file, monkeypatch.context() as for_a_while:
        for_a_while.setattr(sys, "stderr", file)
        logs.configure()
        with full_at(0):
            structlog.get_logger().error("request.failed", status=500)
        structlog.get_logger().info("request", status=200)
    assert '"status": 200' in (tmp_path / "log").read_text()
