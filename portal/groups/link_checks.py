"""The worker looks at the links and e-mail domains of public listings, a few an hour and one of each host.

Nothing is told to anybody here: `troubles_of` gives what groups and moderators are shown.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import dns.exception
import dns.resolver
import structlog
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.extensions import db
from portal.core.fetching import Fetcher, fetcher
from portal.core.jobs import job
from portal.core.transactions import short
from portal.directory.models import Service
from portal.groups import link_rules
from portal.groups.link_rules import WRONG, Target, domain_target, url_target
from portal.groups.models import LinkCheck
from portal.organisations.models import Organization

MOST_A_RUN = 60
FEWEST_FOR_DOUBT = 3
"""If at least so many were looked at and none could be reached, the fault is ours."""
A_STEP = 500
KEPT_FOR = timedelta(days=60)
"""How long the row of a target stays that no listing names any more."""
FROM_HERE = frozenset({"no_name", "silent"})

log = structlog.get_logger()


@dataclass(frozen=True)
class Trouble:
    """Something wrong with a listing's link or address: the fact it belongs to, and since when, in words of `WRONG`."""

    fact: str
    why: str
    since: datetime

    @property
    def words(self) -> LazyString:
        """What is wrong, as the rest of a sentence."""
        return WRONG[self.why]


Look = Callable[[Target], str | None]


@job("links.look", reads_only=True, lane="links")
def look() -> None:
    """Look at what is due. No transaction is open while anything is asked."""
    now = clock.now()
    due = _due(now)
    db.session.rollback()
    if not due:
        return
    with fetcher() as fetching:
        found = looked_at(due, _by_kind(fetching, _resolver()))
    if _is_our_fault(found):
        log.warning("links.none_reached", count=len(found))
        return
    with short() as session:
        for target, why in found.items():
            link_rules.note(_row(session, target, now), why, now)
    log.info("links.looked", count=len(found), wrong=sum(bool(why) for why in found.values()))


def looked_at(due: Iterable[Target], look_at: Look) -> Mapping[Target, str | None]:
    """What was found of each, one after the other."""
    return {target: look_at(target) for target in due}


def troubles_of(services: Iterable[Service]) -> dict[UUID, list[Trouble]]:
    """What is wrong with links and addresses of these listings, where it is sure; those that are well are left out."""
    named = [(service.id, fact, target) for service in services for fact, target in _named(service)]
    wanted = {target.target for _id, _fact, target in named}
    rows = db.session.scalars(
        select(LinkCheck).where(LinkCheck.target.in_(wanted), LinkCheck.failing_since.is_not(None))
    ) if wanted else ()  # fmt: skip
    told: dict[tuple[str, str], LinkCheck] = {(row.kind, row.target): row for row in rows if link_rules.is_told(row)}
    found: dict[UUID, list[Trouble]] = {}
    for service_id, fact, target in named:
        row = told.get((target.kind, target.target))
        if row is not None and row.failing_since is not None:
            found.setdefault(service_id, []).append(Trouble(fact, str(row.why), row.failing_since))
    return found


def _named(service: Service) -> Iterable[tuple[str, Target]]:
    if (url := url_target(service.url)) is not None:
        yield "url", url
    if (domain := domain_target(service.email)) is not None:
        yield "email", domain


def _due(now: datetime) -> list[Target]:
    """Targets that are due, one of each host, new ones and those that wait longest first; and forget what nobody names."""
    named = _all_named()
    known: dict[tuple[str, str], datetime] = {
        (kind, target): next_at
        for kind, target, next_at in db.session.execute(select(LinkCheck.kind, LinkCheck.target, LinkCheck.next_at))
    }
    gone = [key for key, next_at in known.items() if key not in named and next_at + KEPT_FOR < now]
    due = [target for key, target in named.items() if key not in known or known[key] <= now]
    random.shuffle(due)
    due.sort(key=lambda one: known.get((one.kind, one.target), now))
    _forget(gone)
    hosts: dict[tuple[str, str], Target] = {}
    for target in due:
        hosts.setdefault((target.kind, target.host), target)
    return list(hosts.values())[:MOST_A_RUN]


def _all_named() -> dict[tuple[str, str], Target]:
    """Every link and domain that a public listing or its organisation names."""
    is_public = Service.status == "active", Service.withdrawn_at.is_(None)
    own = select(Service.url, Service.email).where(*is_public).distinct()
    theirs = (
        select(Organization.website, Organization.email)
        .join(Service, Service.organization_id == Organization.id)
        .where(*is_public)
        .distinct()
    )
    found: dict[tuple[str, str], Target] = {}
    for question in (own, theirs):
        for url, email in db.session.execute(question):
            for target in (url_target(url), domain_target(email)):
                if target is not None:
                    found[target.kind, target.target] = target
    return found


def _forget(keys: Sequence[tuple[str, str]]) -> None:
    for start in range(0, len(keys), A_STEP):
        wanted = {target for _kind, target in keys[start : start + A_STEP]}
        with short() as session:
            session.execute(delete(LinkCheck).where(LinkCheck.target.in_(wanted)))


def _by_kind(fetching: Fetcher, resolver: dns.resolver.Resolver | None) -> Look:
    def look_at(target: Target) -> str | None:
        if target.kind == "url":
            return link_rules.look_at_url(fetching, target.target)
        return link_rules.look_at_domain(resolver, target.target) if resolver is not None else None

    return look_at


def _resolver() -> dns.resolver.Resolver | None:
    """The system's resolver, or None where it names no server."""
    try:
        return dns.resolver.Resolver()
    except dns.exception.DNSException:
        return None


def _is_our_fault(found: Mapping[Target, str | None]) -> bool:
    urls = [why for target, why in found.items() if target.kind == "url"]
    return len(urls) >= FEWEST_FOR_DOUBT and all(why in FROM_HERE for why in urls)


def _row(session: Session, target: Target, now: datetime) -> LinkCheck:
    row = session.scalar(select(LinkCheck).where(LinkCheck.kind == target.kind, LinkCheck.target == target.target))
    if row is None:
        row = LinkCheck(
            kind=target.kind, target=target.target, host=target.host, checked_at=now, next_at=now, failures=0
        )
        session.add(row)
    return row
