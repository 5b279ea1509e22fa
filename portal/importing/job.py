"""The process that reads one file for `portal import`, and nothing else: started by `portal/importing/bounded.py`.

It takes a request as JSON on its input and gives JSON lines: what the file is, its rows, and an end; or a problem. It knows no
database and no secret. Its memory, its time between two rows and the files it writes are bounded by the system.
"""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.importing.contents import Contents, Request
from portal.importing.files.recognising import recognised
from portal.importing.formats import FORMATS
from portal.importing.lines import FileProblem

MEMORY_BYTES = 170_000_000
"""Memory of the process besides its program: with that, at most 200 MB."""
STEP_SECONDS = 4.5
"""Seconds of work without a row."""
ALL_SECONDS = 4 * 60 * 60
SCRATCH_BYTES = 2_000_000_000
TOO_MUCH_MEMORY = "The file {name} needs more memory than is allowed to read it. Split it, or save it as CSV."
BROKEN = "The file {name} is broken in a way that its reader does not know ({kind})."


def main() -> None:
    """Read the request, and the file."""
    asked = json.loads(sys.stdin.readline())
    path = Path(asked["path"])
    pulse = _bounded(asked["seconds"] or ALL_SECONDS)
    try:
        name = asked["format"] or recognised(path)
        pulse()
        scratch = Path(asked["scratch"])
        request = Request(path, asked["sheet"], flat=asked["flat"], scratch=scratch, pulse=pulse)
        _tell(FORMATS[name].read(request), name, pulse)
    except FileProblem as problem:
        _say({"problem": str(problem)})
    except MemoryError:
        _say({"problem": TOO_MUCH_MEMORY.format(name=path.name)})
    except BrokenPipeError:
        sys.stderr.close()
        return
    except Exception as error:
        why = TOO_MUCH_MEMORY if isinstance(error, SystemError) else BROKEN
        _say({"problem": why.format(name=path.name, kind=type(error).__name__)})
    sys.stdout.flush()


def _tell(contents: Contents, name: str, pulse: Callable[[], None]) -> None:
    head = {"format": name, "size": contents.progress.size, "columns": contents.columns, "sample": contents.sample}
    _say({"head": head | {"encoding": contents.encoding, "sheets": contents.sheets}})
    sys.stdout.flush()
    for row in contents.rows:
        pulse()
        told = row.document if row.problem is None else row.problem
        _say({"row": [row.line, told], "at": contents.progress.read_bytes})
    _say({"end": True})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def _bounded(seconds: int) -> Callable[[], None]:
    """Set the limits, where the system has them. Gives what tells that work goes on. `seconds`: of the processor in all."""
    try:
        import resource
    except ImportError:
        return lambda: None
    for kind, most in (
        (resource.RLIMIT_DATA, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, SCRATCH_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def pulse() -> None:
        signal.setitimer(signal.ITIMER_PROF, STEP_SECONDS)

    pulse()
    return pulse


if __name__ == "__main__":
    main()
