"""What others are measured in: `.venv-peers`, made from `requirements-peers.txt` when a program here first needs it."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv-peers"
PYTHON = HOME / "bin" / "python"
LOCKED = ROOT / "requirements-peers.txt"
DATA = ROOT / "requirements-data.txt"
NOT_RUN = 2


def ensure() -> Path:
    """The folder of the peers' programs. Says "not run" and exits with 2 where they cannot be installed."""
    stamp = HOME / "installed"
    wanted = hashlib.sha256(f"{sys.version_info[:2]}".encode() + LOCKED.read_bytes() + DATA.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return PYTHON.parent
    sys.stderr.write("Installing what we are measured beside. This happens once.\n")
    try:
        _install()
    except (OSError, subprocess.CalledProcessError) as fault:
        sys.stdout.write(f"not run: the peers could not be installed: {fault}\n")
        raise SystemExit(NOT_RUN) from None
    stamp.write_text(wanted)
    return PYTHON.parent


def inside() -> None:
    """Go on as the same program among the peers, unless it runs there already."""
    programs = ensure()
    if Path(sys.prefix).resolve() == HOME.resolve():
        return
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    os.execve(programs / "python", [str(programs / "python"), *sys.argv], environment)


def _install() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    uv = shutil.which("uv")
    venv.create(HOME, with_pip=uv is None, symlinks=True)
    if uv is None:
        installer = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    else:
        installer = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    for more, file in (([], LOCKED), (["--no-deps"], DATA)):
        subprocess.run([*installer, "--require-hashes", *more, "-r", str(file)], check=True)
