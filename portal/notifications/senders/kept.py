"""A sender that keeps what it is given in memory: the harmless one of the tests."""

from portal.notifications.senders.port import Outgoing


class KeptSender:
    """`sent` is everything handed over, oldest first. `next_problem` is raised instead of the next hand-over."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.next_problem: Exception | None = None

    def send(self, message: Outgoing) -> str | None:
        """Keep it."""
        if (problem := self.next_problem) is not None:
            self.next_problem = None
            raise problem
        self.sent.append(message)
        return None

    def close(self) -> None:
        """There is nothing to let go of."""

    def trouble(self) -> str | None:
        """There is none."""
        return None
