"""What is written to who keeps a page for a situation in life: that it is to be reviewed, that a pinned service left it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from portal.bundles.models import Bundle
from portal.core import wording
from portal.core.extensions import db
from portal.notifications.addresses import address
from portal.notifications.notification import Notification

EXAMPLE_ID = "0b7c8a2e-4f0a-4c52-9d3c-0f6f3d1c2b1a"


@dataclass(frozen=True)
class BundleReview(Notification):
    """A page is to be reviewed: within a month ("ahead"), or now ("due"). A duty: nobody stops it."""

    name: ClassVar[str] = "bundle-review"
    placeholders: ClassVar[tuple[str, ...]] = ("title", "review_by")

    bundle_id: str
    stage: str

    def link(self) -> str:
        """The page as its curators see it."""
        return address("bundles.curate_bundle", bundle_id=self.bundle_id)

    def facts(self) -> Mapping[str, Any]:
        """Its title and date as they are when this is sent."""
        bundle = db.session.get(Bundle, UUID(self.bundle_id))
        return {
            "title": bundle.title if bundle is not None else "",
            "review_by": wording.full_date(bundle.review_by) if bundle is not None else "",
        }

    @classmethod
    def example(cls) -> "BundleReview":
        return cls(bundle_id=EXAMPLE_ID, stage="ahead")

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        """The same names, made up."""
        return {"title": "New baby in Larkfield", "review_by": wording.full_date(date(2027, 4, 1))}


@dataclass(frozen=True)
class BundleLost(Notification):
    """Pinned services stand on a page no longer: they closed, or its search does not find them. `count`: how many are new."""

    name: ClassVar[str] = "bundle-lost"
    placeholders: ClassVar[tuple[str, ...]] = ("title",)

    bundle_id: str
    count: int

    def link(self) -> str:
        """The page as its curators see it."""
        return address("bundles.curate_bundle", bundle_id=self.bundle_id)

    def facts(self) -> Mapping[str, Any]:
        """Its title when this is sent."""
        bundle = db.session.get(Bundle, UUID(self.bundle_id))
        return {"title": bundle.title if bundle is not None else ""}

    @classmethod
    def example(cls) -> "BundleLost":
        return cls(bundle_id=EXAMPLE_ID, count=2)

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        """The same name, made up."""
        return {"title": "New baby in Larkfield"}
