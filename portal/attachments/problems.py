"""Why a file is not taken or not given, each as a sentence that says what to do."""

from portal.core.errors import DomainError, NotFound


class NotTaken(DomainError):
    """The file is not kept. Nothing else was changed."""

    status = 422


class Broken(NotFound):
    """What is stored is not what was given."""


class NotSound(ValueError):
    """What begins like a kind of file is damaged, or more than it. `why`: a key of `kinds.WHY`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
