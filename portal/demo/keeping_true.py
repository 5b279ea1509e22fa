"""What keeping the demo's listings true looks like on a working day: digests that wait, calls to make, reports of visitors.

Made once, around the day of the first start; what happened to it since is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from portal.accounts.models import plain_email
from portal.assurance.doubting import doubt
from portal.assurance.models import CheckCall, CheckItem, CheckLetter, CheckRound, ListingReport
from portal.assurance.rhythm import LINK_HOLDS
from portal.core import clock
from portal.core.blind_index import blind
from portal.core.extensions import db
from portal.core.tokens import new_token
from portal.demo.rows import demo_id
from portal.directory.models import Service
from portal.organisations.models import Organization

STALE = timedelta(days=100)
STEPS = (("first", 0), ("reminder", 7))


@dataclass(frozen=True)
class Wait:
    """A digest that nobody has answered, sent so many days ago. `why`: it waits for a call, for this reason."""

    days: int
    why: str | None = None
    calls: tuple[tuple[int, str], ...] = ()


WAITS = (
    Wait(40, "silent", ((12, "no_answer"), (9, "no_answer"))),
    Wait(33, "silent", ((4, "no_answer"),)),
    Wait(27, "silent"),
    Wait(24, "silent"),
    Wait(6, "came_back"),
    Wait(3, "came_back"),
    Wait(30, "no_address"),
    Wait(9),
    Wait(2),
)
REPORTS: tuple[tuple[str, str | None, str | None, int, tuple[str, ...]], ...] = (
    ("wrong_time", "It is on Thursdays now, not Tuesdays. The door was locked.", "hugo.tamsin@example.org", 1, ()),
    ("wrong_time", "Nobody there at ten. The notice in the window says Thursday.", None, 0, ()),
    ("wrong_number", "The number rings at a private house.", "07700 900 614", 3, ()),
    ("closed", None, None, 5, ()),
    ("other", "Somebody there shouts at the children and frightens them.", None, 0, ("safeguarding_child",)),
)
"""Kind, words, contact, days ago, kinds of danger. The first two are about one listing, by two visitors."""


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    if db.session.get(CheckRound, demo_id("check_round", 0)) is not None:
        return False
    listings = _stale()
    if len(listings) < len(WAITS):
        return False
    for number, (wait, (service, organisation)) in enumerate(zip(WAITS, listings, strict=False)):
        _round(number, wait, service, organisation)
    _reports([service for service, _ in listings[len(WAITS) :]])
    return True


def _stale() -> list[tuple[Service, Organization]]:
    """Public listings whose check ended, one an organisation, always in the same order."""
    today = clock.today()
    question = (
        select(Service, Organization)
        .join(Organization, Organization.id == Service.organization_id)
        .where(
            Service.status == "active",
            Service.withdrawn_at.is_(None),
            Service.merged_into_id.is_(None),
            Service.assured_date.between(today - timedelta(days=350), today - STALE),
            Organization.email.is_not(None),
        )
        .order_by(Organization.name, Service.id)
    )
    found: dict[object, tuple[Service, Organization]] = {}
    for service, organisation in db.session.execute(question):
        found.setdefault(organisation.id, (service, organisation))
    return list(found.values())[: len(WAITS) + len(REPORTS)]


def _round(number: int, wait: Wait, service: Service, organisation: Organization) -> None:
    today = clock.today()
    begun = today - timedelta(days=wait.days)
    email = organisation.email or ""
    key = blind(plain_email(email)) if wait.why != "no_address" else organisation.id.hex
    one = CheckRound(
        id=demo_id("check_round", number),
        organization_id=organisation.id,
        contact_key=key,
        open_key=key,
        begun_on=begun,
    )
    one.items = [CheckItem(service_id=service.id)]
    one.letters = _letters(wait, begun, email, key) if wait.why != "no_address" else []
    one.calls = [
        CheckCall(outcome=what, minutes=2, at=_morning(today - timedelta(days=ago))) for ago, what in wait.calls
    ]
    if wait.why is not None:
        one.why_phone = wait.why
        one.phone_on = begun + timedelta(days=21 if wait.why == "silent" else 1)
        one.try_on = today
    db.session.add(one)


def _letters(wait: Wait, begun: date, email: str, key: str) -> list[CheckLetter]:
    sent = [(step, begun + timedelta(days=after)) for step, after in STEPS if after <= wait.days]
    if wait.why == "came_back":
        sent = sent[:1]
    return [
        CheckLetter(
            step=step,
            token_hash=new_token()[1],
            email=email,
            email_key=key,
            sent_at=_morning(day),
            expires_at=_morning(day) + LINK_HOLDS,
            bounced_at=_morning(day + timedelta(days=1)) if wait.why == "came_back" else None,
        )
        for step, day in sent
    ]


def _reports(services: Sequence[Service]) -> None:
    for number, (kind, words, contact, days, urgent_kinds) in enumerate(REPORTS):
        service = services[max(0, number - 1) % len(services)] if services else None
        if service is None:
            return
        db.session.add(
            ListingReport(
                id=demo_id("listing_report", number),
                service_id=service.id,
                reference=f"DMK7P{number + 2}",
                kind=kind,
                words=words,
                contact=contact,
                visitor_key=blind(f"visitor of the demo {number}"),
                urgent_kinds=list(urgent_kinds),
                form_key=f"demo report {number}",
                created_at=_morning(clock.today() - timedelta(days=days)),
            )
        )
    db.session.flush()
    if services:
        doubt([services[0].id])


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 5), UTC)
