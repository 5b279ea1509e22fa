"""What administrators are told of sources: one was stopped, or a reading would take away a lot. Not addresses, nor records."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class SourceStopped(Notification):
    """A source could not be read so often that it is read no more until somebody has looked."""

    name: ClassVar[str] = "source-stopped"
    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("source",)

    source_id: str
    source: str

    def link(self) -> str:
        """Its page, which says why."""
        return address("sources.source", source_id=self.source_id)

    @classmethod
    def example(cls) -> "SourceStopped":
        return cls("00000000-0000-0000-0000-000000000001", "Larkfield council")


@dataclass(frozen=True)
class ReadingInDoubt(Notification):
    """A reading waits, since it would take away over a fifth of what its source gave us."""

    name: ClassVar[str] = "reading-in-doubt"
    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("source",)

    run_id: str
    source: str

    def link(self) -> str:
        """Where it is accepted or refused."""
        return address("sources.run", run_id=self.run_id)

    @classmethod
    def example(cls) -> "ReadingInDoubt":
        return cls("00000000-0000-0000-0000-000000000001", "Larkfield council")
