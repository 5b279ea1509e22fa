"""A saved list, sent to a phone or by e-mail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from portal.notifications.addresses import address
from portal.notifications.notification import Notification
from portal.shortlists.leaflet import Item, leaflet_of
from portal.shortlists.queries import entries_of, shareable

MOST_IN_SMS = 3
SHORTEST_NAME = 12
CUT = "..."


@dataclass(frozen=True)
class SavedList(Notification):
    """The list under a code. Who asked for it and who gets it is kept nowhere."""

    name: ClassVar[str] = "saved-list"
    forgets: ClassVar[bool] = True
    placeholders: ClassVar[tuple[str, ...]] = ("code", "names")

    code: str
    service_ids: tuple[str, ...]

    def link(self) -> str:
        """The list itself."""
        return address("shortlists.shared", code=self.code)

    def facts(self) -> Mapping[str, Any]:
        """The lines of the leaflet, and the names alone."""
        leaflet = leaflet_of(shareable(entries_of([UUID(one) for one in self.service_ids])))
        return {"items": leaflet.items, "names": ", ".join(item.name for item in leaflet.items)}

    def shorter(self, facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """For a text: three names, cut shorter and shorter, then two, then one."""
        names = [item.name for item in facts["items"]]
        for count in range(min(len(names), MOST_IN_SMS), 0, -1):
            for longest in range(max(map(len, names[:count])), SHORTEST_NAME - 1, -1):
                yield {**facts, "names": ", ".join(_cut(one, longest) for one in names[:count])}

    @classmethod
    def example(cls) -> "SavedList":
        return cls(code="7K4PQH", service_ids=())

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        item = Item(
            name="Tuesday Table", line="Tea and talk. Somebody meets you at the door.", lang="en", direction="ltr",
            phone="0116 496 0123", when=("Tuesdays, 10am to 12 noon",), where=("Larkfield Hall", "Step-free"),
            postcode="LE2 0QB", join=("Just turn up", "Free"),
        )  # fmt: skip
        return {"items": (item,), "names": "Tuesday Table"}


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - len(CUT)].rstrip()}{CUT}"
