"""Makes a PDF of a page, with what the extra "pdf" installs, in a process of its own whose time and memory are bounded.

The page must be of our own making. Nothing is fetched for it but our own static files: no network, no other file.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

import portal
from portal.core.extensions import settings

LONGEST_SECONDS = 120
"""Of the processor."""
WAITED_SECONDS = 300
"""By the clock: others may use the processor too."""
LARGEST = 8 * 1024 * 1024
NEEDED = ("HOME", "PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "SYSTEMROOT")
"""Of our surroundings, what finds the libraries that draw letters, and what they know of fonts. It is told no secret."""


class NotPressed(Exception):
    """A page that could not be made into a PDF within the limits. Says nothing of the page."""


def is_here() -> bool:
    """Whether the extra is installed. Nothing is loaded by asking."""
    try:
        return find_spec("weasyprint") is not None
    except ValueError:
        return False


def titled(picture: Markup, words: str) -> Markup:
    """A drawing of ours with words for who does not see it, as a tagged PDF wants of each."""
    drawn = str(picture)
    end_of_tag = drawn.index(">") + 1
    return Markup("{}<title>{}</title>{}").format(Markup(drawn[:end_of_tag]), words, Markup(drawn[end_of_tag:]))  # noqa: S704


def pdf_of(html: str) -> bytes:
    """The page as a tagged PDF. Raises NotPressed. Takes seconds: it is for the worker."""
    asked = json.dumps({"html": html, "base": settings().base_url, "seconds": LONGEST_SECONDS})
    with tempfile.TemporaryDirectory(prefix="portal-press-") as scratch:
        surroundings = {name: value for name in NEEDED if (value := os.getenv(name))}
        surroundings |= {"PYTHONPATH": str(Path(portal.__file__).parent.parent), "TMPDIR": scratch}
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "portal.neighbourhoods.pressed"],
                input=asked.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=surroundings,
                timeout=WAITED_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotPressed("it took too long") from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise NotPressed(f"it ended with {done.returncode}")
    if len(done.stdout) > LARGEST:
        raise NotPressed("it is too large")
    return done.stdout
