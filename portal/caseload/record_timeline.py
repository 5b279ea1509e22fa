"""The timeline of a record: contacts, what happened to introductions, and what was agreed, newest first, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.caseload.contacts_words import title_of
from portal.caseload.record_queries import Some, contacts_of, events_of
from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people.models import Person, PersonContact
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.reasons import words_of

PAGE = 10
MOST_PAGES = 200
TITLES: Mapping[str, LazyString] = {
    "ask_consent": _l("Asked to agree: %(what)s"),
    "send": _l("Sent: %(what)s"),
    "refuse": _l("The person said no: %(what)s"),
    "open": _l("Seen by %(group)s"),
    "ask": _l("Question from %(group)s"),
    "answer": _l("Question answered: %(what)s"),
    "accept": _l("Accepted: %(what)s"),
    "wait": _l("Waiting list: %(what)s"),
    "decline": _l("Declined: %(what)s"),
    "redirect": _l("Passed on: %(what)s"),
    "expire": _l("No answer: %(what)s"),
    "book": _l("Visit booked: %(what)s"),
    "start_booked": _l("Started: %(what)s"),
    "start": _l("Started: %(what)s"),
    "unbook": _l("Visit called off: %(what)s"),
    "not_start": _l("Did not start: %(what)s"),
    "pause": _l("On hold: %(what)s"),
    "resume": _l("Goes on: %(what)s"),
    "complete": _l("Finished: %(what)s"),
    "end_early": _l("Ended early: %(what)s"),
    "withdraw": _l("Withdrawn: %(what)s"),
    "asked_error": _l("Said to be entered by mistake: %(what)s"),
    "no_error": _l("Was no mistake, and stays: %(what)s"),
    "mark_error": _l("Entered by mistake: %(what)s"),
    "reopen": _l("Tried again: %(what)s"),
    "correct": _l("Attendance put right: %(what)s"),
    "wrote": _l("Message: %(what)s"),
    "file_erased": _l("A file was harmful and was erased: %(what)s"),
}
"""What is said of each act on an introduction. Acts that are not here are not in the timeline."""
SHOWN_WORDS = frozenset(
    {"ask", "answer", "decline", "not_start", "pause", "end_early", "withdraw", "reopen"}
    | {"asked_error", "no_error", "mark_error"}
)
"""Acts whose words belong to the timeline."""


@dataclass(frozen=True)
class Entry:
    """Something that happened. `note`: a line about it; `words`: what somebody wrote."""

    at: datetime
    title: str
    note: str | None = None
    words: str | None = None
    is_contact: bool = False

    @property
    def day(self) -> str:
        """ "20 November"."""
        return wording.short_date(clock.local(self.at).date())

    @property
    def time(self) -> str:
        """ "11.05am"."""
        return wording.clock_time(self.at)


@dataclass(frozen=True)
class Timeline:
    """One page of entries. `earlier`: how many come before these; `since`: the day of the first of all."""

    entries: Sequence[Entry]
    page: int
    earlier: int
    since: str | None
    contacts_only: bool

    @property
    def earlier_label(self) -> str:
        """ "Earlier: 9 entries since 12 October"."""
        return str(
            ngettext(
                "Earlier: %(num)s entry since %(day)s", "Earlier: %(num)s entries since %(day)s", self.earlier,
                day=self.since,
            )
        )  # fmt: skip


def timeline_of(
    person: Person, introductions: Sequence[Introduction], *, page: int = 1, contacts_only: bool = False
) -> Timeline:
    """A page of what happened with a person. Two statements at most."""
    page = max(1, min(page, MOST_PAGES))
    most = page * PAGE
    by_id = {one.id: one for one in introductions}
    contacts = contacts_of(person, most)
    events = Some([]) if contacts_only else events_of(person, TITLES, most)
    found = sorted([*contacts.rows, *events.rows], key=lambda one: (one.at, str(one.id)), reverse=True)
    shown = found[(page - 1) * PAGE : page * PAGE]
    first = min((one.first for one in (contacts, events) if one.first), default=None)
    since = wording.short_date(clock.local(first).date()) if first else None
    earlier = max(0, contacts.count + events.count - page * PAGE)
    return Timeline(_entries(shown, by_id), page, earlier, since, contacts_only)


def _entries(rows: Sequence[PersonContact | IntroductionEvent], by_id: Mapping[UUID, Introduction]) -> list[Entry]:
    entries: list[Entry] = []
    for _key, group in groupby(rows, key=_together):
        alike = list(group)
        entries.append(_sent_at_once(alike) if len(alike) > 1 else _entry(alike[0], by_id))
    return entries


def _together(row: PersonContact | IntroductionEvent) -> object:
    """Referrals that were sent at once are one entry."""
    is_sent = isinstance(row, IntroductionEvent) and row.verb == "send" and row.request_id
    return ("send", row.request_id) if is_sent and isinstance(row, IntroductionEvent) else row.id


def _sent_at_once(rows: Sequence[PersonContact | IntroductionEvent]) -> Entry:
    title = ngettext("%(num)s referral sent", "%(num)s referrals sent", len(rows))
    return Entry(rows[0].at, str(title), _("The person agreed to each."))


def _entry(row: PersonContact | IntroductionEvent, by_id: Mapping[UUID, Introduction]) -> Entry:
    if isinstance(row, PersonContact):
        about = by_id.get(row.introduction_id) if row.introduction_id else None
        note = _("About %(what)s", what=about.to_what) if about is not None else None
        return Entry(row.at, title_of(row), note, row.note, is_contact=True)
    one = by_id.get(row.introduction_id) if row.introduction_id else None
    what, group = (one.to_what, one.organization.name) if one is not None else ("–", "–")
    title = str(TITLES[row.verb]) % {"what": what, "group": group}
    return Entry(row.at, title, _note(row), row.words if row.verb in SHOWN_WORDS else None)


def _note(row: IntroductionEvent) -> str | None:
    if row.verb == "ask":
        return _("Their clock stands still until it is answered.")
    return words_of(row.reason_code) or None
