"""What is written to groups: that there is a question for them. The question itself stands behind the link alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from portal.accounts.areas import name_of
from portal.coordinating.models import AskedGroup
from portal.core import wording
from portal.core.extensions import db
from portal.notifications.addresses import address
from portal.notifications.notification import Notification


@dataclass(frozen=True)
class GroupAsked(Notification):
    """Asks a group one question. A duty: it comes for a group that stands in the directory, and seldom."""

    name: ClassVar[str] = "group-question"
    useful_for: ClassVar[timedelta] = timedelta(days=7)

    asked_id: str
    token: str
    is_reminder: bool

    def link(self) -> str:
        """The page on which it is read and answered."""
        return address("coordinating.answer", token=self.token)

    def facts(self) -> Mapping[str, Any]:
        """The group, where the question comes from, and by when it is to be answered."""
        asked = db.session.get(AskedGroup, UUID(self.asked_id))
        if asked is None:
            return self._told("", "", None)
        return self._told(asked.organization.name, name_of(asked.question.area), asked.question.answer_by)

    def _told(self, group: str, area: str, day: date | None) -> Mapping[str, Any]:
        return {"group": group, "area": area, "by": wording.day(day) if day else ""}

    @classmethod
    def example(cls) -> Self:
        return cls(asked_id="0" * 8 + "-0000-4000-8000-" + "0" * 12, token="k" * 43, is_reminder=False)

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        return cls.example()._told("Larkfield Circle", "Leicester", date(2026, 12, 11))
