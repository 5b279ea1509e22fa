"""Where logs go."""

import io
import sys

import pytest
import structlog

from portal.core import logs


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
