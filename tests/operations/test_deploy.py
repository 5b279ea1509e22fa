"""What docs/deploy ships: a proxy that tells the portal the truth, and services whose start lines run as they are written."""

import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from portal.operations.backup import sealing
from tests.support import proxy
from tests.support.processes import ROOT, environment, free_port, wait_for

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})
SERVICES = [name for name in UNITS if name.endswith(".service")]
HARD = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "User": "portal",
    "StateDirectoryMode": "0700",
    "SystemCallFilter": "@system-service",
}
needs_nginx = pytest.mark.skipif(proxy.program() is None, reason="nginx is not on this machine")


def settings_of(name: str) -> dict[str, list[str]]:
    """Every line of a unit by its name, sections aside."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, is_one, value = line.partition("=")
            assert is_one and re.fullmatch(r"[A-Za-z]+", key), line
            found.setdefault(key, []).append(value)
    return found


def command_of(name: str, own: dict[str, str]) -> list[str]:
    """The start line as systemd would run it, with the variables that the unit names."""
    unit = settings_of(name)
    known = dict(one.split("=", 1) for one in unit["Environment"]) | own
    (line,) = unit["ExecStart"]
    return [re.sub(r"\$\{(\w+)\}", lambda match: known[match[1]], word) for word in line.split()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What stands for /opt/portal: a Python in `.venv`, which finds the code."""
    folder = tmp_path / "home"
    (folder / ".venv" / "bin").mkdir(parents=True)
    python = folder / ".venv" / "bin" / "python"
    # The code is read where it lies: at another place every module of it would be compiled anew.
    python.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return folder


def test_the_start_lines_of_the_services_run_as_they_are_written(home: Path, upgraded: Path, tmp_path: Path) -> None:
    backups, port = tmp_path / "backups", free_port()
    backups.mkdir()
    recipient = sealing.new_key(tmp_path / "key")
    own = {"PORT": str(port), "PORTAL_BACKUP_FOLDER": str(backups), "PORTAL_DRAIN_SECONDS": "0"}
    env = environment(upgraded, PORTAL_BACKUP_RECIPIENTS=recipient, **own)
    started = []
    try:
        for name in ("portal-web.service", "portal-worker.service"):
            log = (tmp_path / f"{name}.log").open("wb")
            started.append(
                subprocess.Popen(command_of(name, own), cwd=home, env=env, stdout=log, stderr=subprocess.STDOUT)
            )
        wait_for(f"http://127.0.0.1:{port}/readyz", started[0], tmp_path / "portal-web.service.log")
        done = subprocess.run(
            command_of("portal-backup.service", own), cwd=home, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert len(list(backups.iterdir())) == 1
        for process in started:
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
        assert [process.wait(40) for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(name: str) -> None:
    unit = settings_of(name)
    assert {key: unit[key][-1] for key in HARD} == HARD
    assert unit["EnvironmentFile"] == ["/etc/portal/settings.env"]
    (line,) = unit["ExecStart"]
    assert line.startswith("/usr/bin/env .venv/bin/python -m portal.cli ")


def test_backups_are_begun_often_enough() -> None:
    """Every ten minutes, and a backup takes less than five: never more than fifteen minutes are lost."""
    assert settings_of("portal-backup.timer")["OnCalendar"] == ["*:0/10"]
    assert settings_of("portal-backup.service")["Type"] == ["oneshot"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(name: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", str(DEPLOY / name)], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if name in line]
    assert (done.returncode, told) == (0, []), done.stderr


def test_the_proxy_sets_what_it_tells_and_appends_nothing() -> None:
    told = proxy.SAMPLE.read_text(encoding="utf-8")
    set_ = dict(re.findall(r"proxy_set_header (\S+) (\S+);", told))
    assert set_["X-Forwarded-For"] == "$remote_addr" and "$proxy_add_x_forwarded_for" not in told
    assert set_["X-Forwarded-Proto"] == "https" and set_["Host"] == set_["X-Forwarded-Host"] == "$host"
    assert {name for name, value in set_.items() if value == '""'} >= {
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "Forwarded",
    }
    assert set(re.findall(r"ssl_protocols (.+);", told)) == {"TLSv1.2 TLSv1.3"}
    assert "ssl_reject_handshake on;" in told and "max-age=31536000; includeSubDomains" in told


class Echo(BaseHTTPRequestHandler):
    """Tells what it was told."""

    def do_GET(self) -> None:
        told = "".join(f"{name}: {value}\n" for name, value in self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def echoing() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(
    here: proxy.Proxy,
    path: str,
    *,
    name: str = proxy.NAME,
    least: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    most: ssl.TLSVersion | None = None,
    **headers: str,
) -> HTTPResponse:
    """What the proxy answers over TLS, its certificate checked."""
    trust = ssl.create_default_context(cafile=str(here.authority))
    trust.minimum_version = least
    if most is not None:
        trust.minimum_version, trust.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, most
    lines = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in headers.items())
    with (
        socket.create_connection(("127.0.0.1", here.port), 20) as plain,
        trust.wrap_socket(plain, server_hostname=name) as sealed,
    ):
        sealed.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n{lines}\r\n".encode())
        answer = HTTPResponse(sealed)
        answer.begin()
        answer.body = answer.read().decode()  # type: ignore[attr-defined]
        return answer


@needs_nginx
def test_the_sample_of_a_proxy_throws_away_what_visitors_claim(echoing: int, tmp_path: Path) -> None:
    forged = {
        "X_Forwarded_For": "203.0.113.9",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Prefix": "/evil",
        "Forwarded": "for=203.0.113.9",
    }
    with proxy.started(tmp_path, echoing) as here:
        answer = ask(here, "/services", **forged)
        told = answer.body.lower()  # type: ignore[attr-defined]
        assert "x-forwarded-for: 127.0.0.1\n" in told and "x-forwarded-proto: https\n" in told
        assert f"x-forwarded-host: {proxy.NAME}\n" in told and f"\nhost: {proxy.NAME}\n" in f"\n{told}"
        assert "203.0.113.9" not in told and "evil" not in told
        for path in ("/", "/metrics", "/readyz"):
            kept = ask(here, path).headers.get_all("Strict-Transport-Security")
            assert kept == ["max-age=31536000; includeSubDomains"], path
        assert ask(here, "/metrics").status == 404
        assert ask(here, "/", least=ssl.TLSVersion.TLSv1_3).status == 200
        assert ask(here, "/", most=ssl.TLSVersion.TLSv1_2).status == 200
        with pytest.raises(ssl.SSLError):
            ask(here, "/", name="other.example.org")
        with pytest.warns(DeprecationWarning), pytest.raises((ssl.SSLError, ConnectionError)):
            ask(here, "/", most=ssl.TLSVersion.TLSv1_1)
        with socket.create_connection(("127.0.0.1", here.plain_port), 20) as plain:
            plain.sendall(f"GET /services?q=tea HTTP/1.0\r\nHost: {proxy.NAME}\r\n\r\n".encode())
            first = plain.makefile().read()
        assert " 308 " in first and f"Location: https://{proxy.NAME}/services?q=tea" in first
