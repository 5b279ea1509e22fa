"""The names of backups in a folder, and how long each is kept there."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.core import clock

ENDING = ".backup.age"
STAMP = "%Y%m%dT%H%M%SZ"
EACH_KEPT_FOR = timedelta(days=1)
DAILY_KEPT_FOR = timedelta(days=35)
"""Nothing that was erased outlives this in a backup."""


def name_at(moment: datetime) -> str:
    """The name of a backup made at this moment."""
    return f"{moment.astimezone(UTC):{STAMP}}{ENDING}"


def thin(folder: Path) -> list[Path]:
    """Of the backups in a folder keep each of the last day, then the newest of each day for 35. Gives those that went."""
    now, days, gone = clock.now(), set[str](), []
    for path in sorted(folder.glob(f"*{ENDING}"), reverse=True):
        made = _moment(path)
        if made is None or now - made <= EACH_KEPT_FOR:
            continue
        day = f"{made:%Y%m%d}"
        if now - made > DAILY_KEPT_FOR or day in days:
            path.unlink()
            gone.append(path)
        days.add(day)
    return gone


def newest(folder: Path) -> datetime | None:
    """When the newest backup in a folder was made."""
    return max((made for path in folder.glob(f"*{ENDING}") if (made := _moment(path))), default=None)


def _moment(path: Path) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(path.name.removesuffix(ENDING), STAMP).replace(tzinfo=UTC)
    return None
