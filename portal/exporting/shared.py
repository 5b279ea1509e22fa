"""Rows that several services share, such as an organisation or a venue, are written once."""

from uuid import UUID

SHARED = frozenset(
    {"organization", "organization_identifier", "location", "address", "accessibility", "taxonomy", "taxonomy_term"}
)


class Shared:
    """Remembers ids of shared rows, sixteen bytes each."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, bytes]] = set()

    def is_new(self, table: str, row_id: str) -> bool:
        """True the first time, and always for a row that belongs to one service."""
        if table not in SHARED:
            return True
        key = table, UUID(row_id).bytes
        if key in self._seen:
            return False
        self._seen.add(key)
        return True
