"""What is written about referrals: a reference and a link, never a name, a reason or what somebody said.

Links go to pages of the features that show them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as clock_time
from typing import Any, ClassVar, Self
from uuid import UUID

from portal.core import wording
from portal.core.i18n import gettext as _
from portal.core.references import shown
from portal.notifications.addresses import address
from portal.notifications.notification import Notification
from portal.referrals import queries

TOKEN = "example"  # noqa: S105
REFERENCE = "K7PH4MWX"
ID = "00000000-0000-0000-0000-000000000001"


@dataclass(frozen=True)
class ByLink(Notification):
    """The base of what a group answers without an account. `token` is of its recipient alone."""

    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("reference", "service")
    page: ClassVar[str]

    reference: str
    service: str
    token: str

    def link(self) -> str:
        """Where it is answered, without an account."""
        return address(self.page, token=self.token)

    @classmethod
    def example(cls) -> Self:
        return cls(shown(REFERENCE), "Shed Saturdays", TOKEN)


@dataclass(frozen=True)
class ReferralToAnswer(ByLink):
    """There is a referral to answer. `what`: new, again, last (before it closes), answered (its question was), chased."""

    name: ClassVar[str] = "referral-to-answer"
    page: ClassVar[str] = "responding.answer"

    what: str = "new"


@dataclass(frozen=True)
class ReferralVisit(ByLink):
    """The day after a first visit: did they come?"""

    name: ClassVar[str] = "referral-visit"
    page: ClassVar[str] = "responding.came"


@dataclass(frozen=True)
class ReferralEnding(ByLink):
    """Some weeks after the start: is it still going, or has it ended?"""

    name: ClassVar[str] = "referral-ending"
    page: ClassVar[str] = "responding.ended"


@dataclass(frozen=True)
class ReferralForGroup(Notification):
    """To a group: something about a referral that it has. `token` where the recipient has no account.

    `what`: wrote, withdrawn, mistake, assigned, waiting (look at the waiting list again), paused, unanswered (its question was).
    """

    name: ClassVar[str] = "referral-for-group"
    placeholders: ClassVar[tuple[str, ...]] = ("reference", "service")

    reference: str
    service: str
    what: str
    code: str
    token: str | None = None

    def link(self) -> str:
        """The referral, for those who sign in; else what their link opens."""
        if self.token is not None:
            return address("responding.answer", token=self.token)
        return address("responding.show", reference=self.code)

    @classmethod
    def example(cls) -> Self:
        return cls(shown(REFERENCE), "Shed Saturdays", "wrote", REFERENCE)


@dataclass(frozen=True)
class ReferralForTeam(Notification):
    """To a link worker: something about a referral to their team. They sign in to see it. `code`: its reference.

    `what` as of the two to groups. `person` is a reference, once the team holds the record; `is_over`: there is nothing to see.
    """

    name: ClassVar[str] = "referral-for-team"
    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("reference", "service")

    reference: str
    service: str
    what: str
    code: str
    person: str | None = None
    is_over: bool = False

    def link(self) -> str:
        """The handover while it waits, then the person's record."""
        if self.is_over:
            return address("caseload.intake")
        if self.person is not None:
            return address("caseload.introduction", reference=self.person, introduction=self.code)
        return address("caseload.handover", reference=self.code)

    @classmethod
    def example(cls) -> "ReferralForTeam":
        return cls(shown(REFERENCE), "Saffron Vale Link Workers", "new", REFERENCE)


@dataclass(frozen=True)
class ReferralNews(Notification):
    """To whoever asked: something happened. `introduction` and `person` are references.

    `what`: asked, accepted, declined, expired, wrote, unanswered (seven working days), question (theirs waits), unreachable
    (an e-mail to the group came back), review (of a waiting list). `is_theirs`: it was sent to their own organisation.
    """

    name: ClassVar[str] = "referral-news"
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    what: str
    introduction: str
    person: str | None = None
    referral: str | None = None
    is_theirs: bool = True

    def link(self) -> str:
        """The introduction in the person's record; for a clinician what became of their referral.

        Who referred on behalf of somebody, for a group, sees what was sent to that group, and else their inbox.
        """
        if self.person is not None:
            return address("caseload.introduction", reference=self.person, introduction=self.introduction)
        if self.referral is not None:
            return address("handover.followed", reference=self.referral)
        if self.is_theirs:
            return address("responding.show", reference=self.introduction)
        return address("responding.referrals")

    @classmethod
    def example(cls) -> "ReferralNews":
        return cls(shown(REFERENCE), "accepted", REFERENCE, person=REFERENCE)


@dataclass(frozen=True)
class ReferralFeedback(Notification):
    """To a clinician, twice a referral: how it was answered, and how it went on. Nothing more comes.

    `what`: accepted, declined, expired; started, finished, ended-early, not-started, withdrawn, refused.
    """

    name: ClassVar[str] = "referral-feedback"
    useful_for: ClassVar[timedelta] = timedelta(days=5)
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    reference: str
    what: str
    code: str

    def link(self) -> str:
        """What became of the referral."""
        return address("handover.followed", reference=self.code)

    @classmethod
    def example(cls) -> "ReferralFeedback":
        return cls(shown(REFERENCE), "accepted", REFERENCE)


@dataclass(frozen=True)
class ReferralWeek(Notification):
    """To a link worker on Monday: what else happened last week. `introductions` are ids; words are read when it is sent."""

    name: ClassVar[str] = "referral-week"
    topic: ClassVar[str | None] = "referral-week"
    useful_for: ClassVar[timedelta] = timedelta(days=4)

    week: str
    introductions: tuple[str, ...]

    def link(self) -> str:
        """Their caseload."""
        return address("caseload.home")

    def facts(self) -> Mapping[str, Any]:
        """References and where each stands now."""
        return {"rows": queries.where_they_stand([UUID(one) for one in self.introductions])}

    @classmethod
    def example(cls) -> "ReferralWeek":
        return cls("2026-11-30", (ID,))

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        return {"rows": [(shown(REFERENCE), "First visit booked"), (shown("H2RW9DCT"), "Started")]}


@dataclass(frozen=True)
class Own(Notification):
    """The base of what a person gets about their own referral. `page` is its reference, `reference` as it is read aloud."""

    page: str
    reference: str
    is_sensitive: bool

    @property
    def is_discreet(self) -> bool:
        """Of sensitive needs nobody learns by the sender's name."""
        return self.is_sensitive

    def link(self) -> str:
        """Their own page."""
        return address("selfreferral.my_referral_of", reference=self.page)


@dataclass(frozen=True)
class OwnReferral(Own):
    """There is news about what they agreed to.

    `what`: sent, accepted, waiting, booked, passed-on, finished, asked, unanswered (nobody took it), wrote.
    """

    name: ClassVar[str] = "own-referral"
    useful_for: ClassVar[timedelta] = timedelta(days=3)
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    what: str

    @classmethod
    def example(cls) -> "OwnReferral":
        return cls(REFERENCE, shown(REFERENCE), is_sensitive=False, what="accepted")


@dataclass(frozen=True)
class OwnCode(Own):
    """The first message: the code that opens their page, with the reference."""

    name: ClassVar[str] = "own-code"
    useful_for: ClassVar[timedelta] = timedelta(days=3)
    placeholders: ClassVar[tuple[str, ...]] = ("reference", "code")

    code: str

    @classmethod
    def example(cls) -> "OwnCode":
        return cls(REFERENCE, shown(REFERENCE), is_sensitive=False, code="482913")


@dataclass(frozen=True)
class OwnAgreement(Own):
    """Do they agree? Nothing was sent to anybody yet."""

    name: ClassVar[str] = "own-agreement"
    useful_for: ClassVar[timedelta] = timedelta(days=7)
    placeholders: ClassVar[tuple[str, ...]] = ("reference",)

    token: str

    def link(self) -> str:
        """Where they say yes or no."""
        return address("selfreferral.agree", token=self.token)

    @classmethod
    def example(cls) -> "OwnAgreement":
        return cls(REFERENCE, shown(REFERENCE), is_sensitive=False, token=TOKEN)


@dataclass(frozen=True)
class OwnVisit(Own):
    """The day before a first visit. `day` and `time` are ISO, of a clock in the United Kingdom."""

    name: ClassVar[str] = "own-visit"
    useful_for: ClassVar[timedelta] = timedelta(hours=24)
    placeholders: ClassVar[tuple[str, ...]] = ("when",)

    introduction_id: str
    day: str
    time: str | None = None

    def facts(self) -> Mapping[str, Any]:
        """When it is in words, and where, if a group meets there for no sensitive need."""
        place = None if self.is_sensitive else queries.meeting_place(UUID(self.introduction_id))
        return {"when": _when(self.day, self.time), "place": place}

    def shorter(self, facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Without the place."""
        yield {**facts, "place": None}

    @classmethod
    def example(cls) -> "OwnVisit":
        return cls(REFERENCE, shown(REFERENCE), is_sensitive=False, introduction_id=ID, day="2026-12-01", time="10:30")

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        return {"when": _when("2026-12-01", "10:30"), "place": "The Shed, Tannery Lane"}


@dataclass(frozen=True)
class SpaceAgain(Notification):
    """To who asked to hear: this listing has space again. Nothing of them is kept once it is sent."""

    name: ClassVar[str] = "space-again"
    forgets: ClassVar[bool] = True
    useful_for: ClassVar[timedelta] = timedelta(days=3)

    service_id: str

    def link(self) -> str:
        """The listing."""
        return address("directory.show", service_id=UUID(self.service_id))

    @classmethod
    def example(cls) -> "SpaceAgain":
        return cls(ID)


def _when(day: str, time: str | None) -> str:
    """ "Tuesday 1 December, 10.30am" in the reader's language; the day alone where no time is known."""
    shown_day = wording.day(date.fromisoformat(day))
    if time is None:
        return shown_day
    return _("%(day)s, %(time)s", day=shown_day, time=wording.clock_time(clock_time.fromisoformat(time)))
