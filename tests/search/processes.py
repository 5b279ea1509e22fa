"""Another process at the same index."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def another_process(code: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Runs code that finds `engine` open on the folder, and ends it."""
    begin = (
        "import sys\nfrom pathlib import Path\nfrom random import Random\nfrom tests.search import made_up\n"
        "from portal.search.port import *\nfrom portal.search.whoosh_engine import WhooshEngine\n"
        "engine = WhooshEngine(Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", begin + code, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
