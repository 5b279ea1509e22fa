"""A folder in memory, for what need not outlive a test."""

import shutil
from pathlib import Path

FOLDER = Path("/dev/shm")


def has_room(needed: int) -> bool:
    """Whether there is such a folder with so many bytes free."""
    return FOLDER.is_dir() and shutil.disk_usage(FOLDER).free >= needed
