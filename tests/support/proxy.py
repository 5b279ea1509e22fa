"""The sample of a proxy in docs/deploy, as it stands there, with ports of its own and a certificate made for it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from tests.support.processes import PATIENCE_SECONDS, ROOT, free_port

SAMPLE = ROOT / "docs" / "deploy" / "portal.nginx"
NAME = "support.example.org"
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Where it listens, and the file of the authority that made its certificate."""

    port: int
    plain_port: int
    authority: Path


def program() -> str | None:
    """The program nginx, where the machine has one."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def started(folder: Path, upstream: int) -> Iterator[Proxy]:
    """The proxy before this port, while the body runs."""
    authority, port, plain_port = trustme.CA(), free_port(), free_port()
    now = datetime.now(UTC)
    certificate = authority.issue_cert(NAME, not_before=now - timedelta(days=1), not_after=now + timedelta(days=90))
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificate.private_key_pem.write_to_path(folder / "privkey.pem")
    for number, part in enumerate(certificate.cert_chain_pems):
        part.write_to_path(folder / "fullchain.pem", append=number > 0)
    own = {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "/etc/ssl/portal/": f"{folder}/",
    }
    told = SAMPLE.read_text(encoding="utf-8")
    for there, here in own.items():
        assert there in told, there
        told = told.replace(there, here)
    (folder / "portal.conf").write_text(told)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    nginx = program()
    assert nginx is not None
    process = subprocess.Popen(
        [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", f"{folder}/error.log"]
    )
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not _listens(plain_port):
            assert process.poll() is None and time.monotonic() < until, (folder / "error.log").read_text()
            time.sleep(0.02)
        yield Proxy(port, plain_port, folder / "authority.pem")
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as plain:
        return plain.connect_ex(("127.0.0.1", port)) == 0
