"""What is typed into addresses and forms of these pages, made plain."""

from uuid import UUID


def uuid_or_none(text: str) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
