"""Refusals. Each carries the sentence that the reader sees; one handler in `portal.core.problems` shows them."""


class DomainError(Exception):
    """Something a person asked for cannot be done. `sentence` says why and what to do; `status` is the HTTP status."""

    status = 422

    def __init__(self, sentence: str, *, status: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if status is not None:
            self.status = status


class NotFound(DomainError):
    """There is no such thing, or the viewer may not know of it."""

    status = 404


class NotAllowed(DomainError):
    """A page of another role. `sentence` says whom to ask."""

    status = 403


class Refused(DomainError):
    """What was typed cannot be. `field`: of the form, at which to say so."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Overtaken(DomainError):
    """Somebody else changed a row since the page was shown; nothing was changed. `version`: of what stands now."""

    status = 409

    def __init__(self, sentence: str, *, version: int) -> None:
        super().__init__(sentence)
        self.version = version


class TooManyRequests(DomainError):
    """Asked too often. `wait_seconds` is when to try again."""

    status = 429

    def __init__(self, sentence: str, *, wait_seconds: int) -> None:
        super().__init__(sentence)
        self.wait_seconds = wait_seconds
