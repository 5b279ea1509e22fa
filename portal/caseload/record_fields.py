"""What the forms of a record share: what would help, the version that the page showed, and yes and no as they are kept."""

from typing import Any

from portal.core.form_fields import Ticks, Words
from portal.core.forms import KeyedForm, ShownVersion
from portal.directory.help_first import FreeWords
from portal.directory.needs import LABELS, in_groups

LONGEST_LINE = 120
LONGEST_STORY = 20_000
"""About 3,000 words."""


class NeedsField(Ticks):
    """What would help, under the headings of the directory."""

    def __init__(self, label: Words, **options: Any) -> None:
        super().__init__(label, LABELS, look="record-ticks", **options)
        self.groups = {needs[0].id: str(group.label) for group, needs in in_groups()}


class PartForm(FreeWords, ShownVersion):
    """A form that changes a part of a record, whose version the page showed."""

    clashed = False
    """Whether somebody changed the record since the page was shown."""


class MakingForm(FreeWords, KeyedForm):
    """A form that adds something to a record, once."""


def as_flag(told: str | None) -> bool | None:
    """ "yes" and "no" as they are kept; None for neither."""
    return {"yes": True, "no": False}.get(told or "")


def as_choice(held: bool | None) -> str:
    """A kept yes or no as a form shows it."""
    return "" if held is None else "yes" if held else "no"
