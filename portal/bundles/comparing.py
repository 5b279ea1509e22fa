"""Two states of a page side by side: in a clash, and in its history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.core import wording
from portal.core.forms import PageForm
from portal.directory.filters import BY_NAME

HIDDEN = frozenset({"key", "version", "csrf_token"})


@dataclass(frozen=True)
class Difference:
    """One thing that reads otherwise in two states."""

    label: str
    standing: str
    typed: str


def differences(form: PageForm, standing: Mapping[str, Any]) -> list[Difference]:
    """What was typed that reads otherwise than what stands now."""
    pairs = [(field, _words(field, standing.get(field.name)), _words(field, field.data)) for field in form.shown]
    return [
        Difference(str(field.label.text), then, now)
        for field, then, now in pairs
        if field.name not in HIDDEN and then != now
    ]


def rows(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """A kept version beside what stands: `typed` is the version's. Only what differs."""
    one, other = dict(_lines(then)), dict(_lines(now))
    names = list(dict.fromkeys([*one, *other]))
    return [
        Difference(name, other.get(name, ""), one.get(name, ""))
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


def _words(field: Any, value: Any) -> str:
    if isinstance(value, date):
        return wording.full_date(value)
    if hasattr(field, "choices"):
        labels = {one.value: str(one.label) for one in field.choices}
        values = value if isinstance(value, list | tuple) else [value]
        return wording.comma_list([labels.get(one, str(one or "")) for one in values])
    return str(value or "")
