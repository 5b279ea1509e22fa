"""Moderators' pages in words: what a change is about, and who asked for it."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.changes.facts import FACTS
from portal.changes.risks import RISKS
from portal.core import clock
from portal.core.i18n import lazy_gettext as _l
from portal.core.wording import and_list, clock_time, day, short_date
from portal.moderation.queries import Row

KINDS: dict[str, LazyString] = {
    "new": _l("New listing"),
    "claim": _l("Wants to manage the listings"),
    "close": _l("Close the listing"),
    "reopen": _l("Open the listing again"),
}

DECISIONS: dict[str, LazyString] = {
    "approve": _l("Approved:"),
    "reject": _l("Rejected:"),
    "merge": _l("Merged into:"),
}


def when(moment: datetime) -> str:
    """A moment in short: "19 November 2026, 4:20pm"."""
    here = clock.local(moment)
    return f"{short_date(here.date())}, {clock_time(here)}"


def last_cleared(moment: datetime | None) -> str:
    """When the last thing was decided, as a sentence; empty where nothing ever was."""
    if moment is None:
        return ""
    here = clock.local(moment)
    if here.date() == clock.today():
        return _("Last item cleared at %(time)s.", time=f"{here:%H:%M}")
    return _("Last item cleared on %(day)s.", day=day(here.date()))


def what(row: Row) -> str:
    """What a change is about: its facts by name, or what is to become of the listing."""
    if row.kind in KINDS:
        return str(KINDS[row.kind])
    names = [str(fact.label) for name, fact in FACTS.items() if name in row.facts]
    return and_list(names) if names else _("No facts")


def who(row: Row) -> str:
    """Who asked for it, without a name."""
    if not row.has_author:
        return _("The portal itself")
    if row.is_own:
        return _("You")
    if row.is_moderators:
        return _("Another moderator, 1 in 10 sample") if row.is_live else _("Another moderator")
    if row.is_live:
        return _("Trusted editor, 1 in 10 sample")
    if not row.earlier:
        return _("Editor, first change")
    return ngettext("Editor, %(num)d change before", "Editor, %(num)d changes before", row.earlier)


def risk(name: str) -> str:
    """A risk mark in words."""
    return str(RISKS[name].label) if name in RISKS else name


def decision(kind: str) -> str:
    """What was decided, as the start of a line."""
    return str(DECISIONS[kind])
