"""What is written: an answer to who said something, and the question whether a first visit helped."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class VoiceAnswered(Notification):
    """Tells a visitor what became of what they said. Nothing of them is kept once it is sent. `answer`: of `kinds.ANSWERS`."""

    name: ClassVar[str] = "voice-answered"
    forgets: ClassVar[bool] = True
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    answer: str
    neighbourhood: str | None = None

    def link(self) -> str:
        """What was done in their neighbourhood, or the first page."""
        if self.neighbourhood is not None:
            return address("voice.you_said", slug=self.neighbourhood)
        return address("pages.home")

    @classmethod
    def example(cls) -> "VoiceAnswered":
        return cls("K7PH-4MWX", "taken")


@dataclass(frozen=True)
class HelpedQuestion(Notification):
    """Asks somebody some days after a first visit whether it helped: once, and with no name of theirs or of the service."""

    name: ClassVar[str] = "helped-question"
    topic: ClassVar[str | None] = "helped-question"
    useful_for: ClassVar[timedelta] = timedelta(days=3)

    token: str
    is_sensitive: bool = False

    @property
    def is_discreet(self) -> bool:
        """Of sensitive needs nobody learns by the sender's name."""
        return self.is_sensitive

    def link(self) -> str:
        """Where they answer, without a name."""
        return address("voice.helped", token=self.token)

    @classmethod
    def example(cls) -> "HelpedQuestion":
        return cls("example")
