"""What was written stands on the disk, also after the power goes."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
