"""Opening a referral as a group that is signed in: the entry that it was opened comes first, then what may be seen of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from portal.accounts.models import User
from portal.attachments import queries as attachments
from portal.attachments.models import Attachment
from portal.core import clock, wording
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.referrals import answering, messages, waiting
from portal.referrals import queries as referrals
from portal.referrals.actors import acting
from portal.referrals.models import Appointment, Introduction, Message
from portal.referrals.moving import Moved, lock
from portal.referrals.showing import ToldToGroup, may_be_told, told_to_group
from portal.referrals.states import ENDS, State
from portal.responding import facts, queries
from portal.responding.answers import kinds_of
from portal.responding.facts import Fact
from portal.responding.left import Left, left_of
from portal.responding.sessions import said_at
from portal.responding.steps import STEPS, Step, steps_of


@dataclass(frozen=True)
class Visit:
    """A visit in words."""

    when: str
    status: str


@dataclass(frozen=True)
class Page:
    """What a page about a referral shows."""

    introduction: Introduction
    told: ToldToGroup

    @property
    def is_shut(self) -> bool:
        """Whether nothing but the reference may be shown."""
        return self.told.is_shut

    @property
    def can_answer(self) -> bool:
        """Whether it is still to be answered. From the waiting list it is a step."""
        return bool(kinds_of(self.introduction)) and State(self.introduction.state) is not State.WAITING_LIST

    @property
    def name(self) -> str:
        """For headings and titles: initials, or a word."""
        return self.told["initials"] or _("this person")

    @cached_property
    def facts(self) -> list[Fact]:
        """What they agreed to tell."""
        return facts.facts_of(self.introduction, self.told)

    @property
    def agreed_on(self) -> str | None:
        """When they agreed."""
        return facts.agreed_on(self.introduction)

    @property
    def left(self) -> Left:
        """How long is left to answer."""
        return left_of(self.introduction)

    @property
    def steps(self) -> list[Step]:
        """What can be done now."""
        return steps_of(self.introduction)

    @property
    def visits(self) -> list[Visit]:
        """Visits, newest first."""
        return [Visit(said_at(one.starts_at), one.status) for one in reversed(self.introduction.appointments)]

    @property
    def next_visit(self) -> str | None:
        """When they come next."""
        return next((said_at(one.starts_at) for one in self._booked if one.starts_at > clock.now()), None)

    @property
    def is_to_record(self) -> bool:
        """Whether a visit is over of which nobody said who came."""
        return any(one.starts_at <= clock.now() for one in self._booked)

    @property
    def place(self) -> int:
        """Where in the waiting list, counted from 1."""
        return waiting.place_of(self.introduction)

    @property
    def worker(self) -> str | None:
        """Who of the group looks after it."""
        known = db.session.get(User, self.introduction.worker_id) if self.introduction.worker_id else None
        return known.name if known is not None else None

    @property
    def written(self) -> Sequence[Message]:
        """What referrer and group wrote."""
        return messages.of(self.introduction)

    @cached_property
    def files(self) -> Mapping[UUID, Attachment]:
        """The files that came with it, by message."""
        return attachments.of_introduction(self.introduction)

    @property
    def has_ended(self) -> bool:
        """Whether it has."""
        return State(self.introduction.state) in ENDS

    def day(self, name: str) -> str | None:
        """A date of the introduction, in words."""
        value = getattr(self.introduction, name)
        return wording.short_date(value) if value else None

    @property
    def _booked(self) -> list[Appointment]:
        return [one for one in self.introduction.appointments if one.status == "booked"]


def opened(viewer: Viewer, reference: str) -> Page:
    """What stands about a referral. Leaves an entry where facts are shown; the first open of a new one is an act of its own.

    Must come before the request changes anything. Raises NotFound.
    """
    introduction = queries.received(viewer, reference)
    if not may_be_told(introduction):
        return _page(introduction)
    referrals.note_reading(viewer, introduction, what="referral")
    introduction = queries.received(viewer, reference, whole=True)
    by = acting(viewer, introduction, "open")
    if State(introduction.state) is State.SENT and by is not None:
        answering.see(introduction, by=by)
    messages.read_by(introduction, "group")
    return _page(introduction)


def again(shown: Page) -> Page:
    """The same as it stands now, after an act that did not pass. Whatever it had begun is forgotten first."""
    db.session.rollback()
    return _page(shown.introduction)


def check_version(introduction: Introduction, version: int | None) -> None:
    """Hold it, and look whether it is what the page showed. Raises Moved."""
    lock(introduction)
    if version != introduction.version:
        raise Moved(introduction.version)


def step(name: str) -> Step:
    """A step by its name. Raises NotFound."""
    if name not in STEPS:
        raise NotFound(_("There is no such page."))
    return STEPS[name]


def _page(introduction: Introduction) -> Page:
    return Page(introduction, told_to_group(introduction, is_signed_in=True))
