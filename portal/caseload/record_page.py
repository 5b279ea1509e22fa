"""The record of a person, put together once for its page. Few statements: the page is opened many times a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.caseload import agreements_rows, record_introductions, record_queries, record_told
from portal.caseload.agreements_rows import Row as AgreementRow
from portal.caseload.record_acts import handover_words, is_own
from portal.caseload.record_introductions import Row
from portal.caseload.record_timeline import Timeline, timeline_of
from portal.caseload.record_told import Said
from portal.core import clock
from portal.core.viewer import Viewer
from portal.measures.outcomes import Course
from portal.measures.queries import results_for
from portal.people.models import Person, PersonFlag
from portal.referrals.dispatching import queries as dispatches
from portal.referrals.dispatching.models import DocumentDispatch
from portal.referrals.models import Introduction


@dataclass(frozen=True)
class Record:
    """All that the page shows.

    `agreements`: one row an organisation; `courses`: first and latest of each measure; `handovers`: those of the own team that
    are still open, and what they are called.
    """

    person: Person
    introductions: Sequence[Row]
    agreements: Sequence[AgreementRow]
    timeline: Timeline
    courses: Sequence[Course]
    contact: Sequence[Said]
    access: Sequence[Said]
    asked: Sequence[Said]
    risk: Sequence[Said]
    flags: Sequence[PersonFlag]
    worker: str | None
    needs: Sequence[str] = field(default_factory=list)
    documents: Sequence[DocumentDispatch] = ()
    handovers: Sequence[tuple[Introduction, str]] = ()

    @property
    def questions(self) -> list[Row]:
        """Introductions whose group waits for an answer."""
        return [row for row in self.introductions if row.is_asked]

    @property
    def is_closed(self) -> bool:
        """Whether the person is off the caseload."""
        return self.person.closed_at is not None

    @property
    def age(self) -> str:
        """About how old they are."""
        return record_told.age_of(self.person)

    @property
    def area(self) -> str:
        """Where they live, roughly."""
        return record_told.area_of(self.person)

    @property
    def interpreter(self) -> str:
        """The language that an interpreter is needed for."""
        return record_told.interpreter_of(self.person)

    @property
    def may_leave_message(self) -> bool | None:
        """On their phone. None: not known."""
        return record_told.may_leave_message(self.person)

    @property
    def days_open(self) -> int:
        """Since the record was made."""
        return (clock.today() - clock.local(self.person.created_at).date()).days


def record_of(viewer: Viewer, person: Person, *, page: int = 1, contacts_only: bool = False) -> Record:
    """The record of a person whom the viewer has opened."""
    found = record_queries.introductions_of(person)
    ours = [one for one in found.every if not is_own(one, person)]
    agreements = agreements_rows.rows_of(*record_queries.consents_of(person))
    return Record(
        person=person,
        introductions=record_introductions.rows_of(ours, found.visits, found.questions),
        agreements=agreements,
        timeline=timeline_of(person, found.every, page=page, contacts_only=contacts_only),
        courses=results_for(viewer, person),
        contact=record_told.contact_rows(person),
        access=record_told.access_rows(person),
        asked=record_told.asked_rows(person, agreements_rows.shared_access_with(agreements)),
        risk=record_told.risk_rows(person),
        flags=record_queries.flags_of(person),
        worker=record_queries.worker_of(person, viewer),
        needs=record_told.needs_of(person),
        handovers=[(one, handover_words(one)) for one in found.every if is_own(one, person) and one.is_open],
        documents=dispatches.of_person(person) if any(map(dispatches.may_have_one, found.every)) else (),
    )
