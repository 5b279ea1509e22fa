"""Two states of a page side by side, in its history."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.core import wording
from portal.core.clashes import Differs
from portal.directory.filters import BY_NAME


def rows(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Differs]:
    """A kept version beside what stands: `typed` is the version's. Only what differs."""
    one, other = dict(_lines(then)), dict(_lines(now))
    names = list(dict.fromkeys([*one, *other]))
    return [
        Differs(name, other.get(name, ""), one.get(name, ""))
        for name in names
        if one.get(name, "") != other.get(name, "")
    ]


def _lines(page: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield _("Title"), page["title"]
    yield _("First words"), page["intro"]
    yield _("First words for somebody who looks after a person"), page["carer_intro"]
    yield _("Where it searches"), page["near"]
    yield _("Who keeps this page, as readers see it"), page["kept_by"]
    yield _("Review it by"), wording.full_date(date.fromisoformat(page["review_by"]))
    for number, one in enumerate(page["sections"], 1):
        topics = wording.comma_list([BY_NAME["topic"].label_of(need) for need in one["needs"]])
        filters = [BY_NAME[name].label_of(value) for name, values in one["filters"].items() for value in values]
        yield _("Section %(number)s", number=number), one["title"]
        yield _("Section %(number)s, its words", number=number), one["text"]
        yield _("Section %(number)s, what it looks for", number=number), wording.comma_list([topics, *filters])
        yield _("Section %(number)s, services pinned", number=number), str(len(one["pins"]))
