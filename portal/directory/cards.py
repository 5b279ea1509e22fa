"""What a result card shows of a listing, in the reader's words."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from markupsafe import Markup


@dataclass(frozen=True)
class Tag:
    """A small label. `kind` decides its look: space, drop-in, wait, full, ask, checked, stale, source."""

    kind: str
    text: str


@dataclass(frozen=True)
class Card:
    """One result. Labels are whole, translated and ready to print; none means that the fact is not known.

    `line` is at most 160 characters; `when` is a sentence with the day in bold; `reach_label` says why the listing is here
    when distance does not.
    """

    id: UUID
    slug: str
    name: str
    organisation: str
    organisation_id: UUID
    line: str
    lang: str
    direction: Literal["ltr", "rtl"]
    language_note: str | None = None
    snippet: Markup | None = None
    when: Markup | None = None
    when_icon: str = "calendar"
    distance_label: str | None = None
    place_label: str | None = None
    reach_label: str | None = None
    cost_label: str | None = None
    joining_label: str | None = None
    joining_note: str | None = None
    languages_label: str | None = None
    is_step_free: bool = False
    space: Tag | None = None
    freshness: Tag | None = None
    is_saved: bool = False
    can_save: bool = True
