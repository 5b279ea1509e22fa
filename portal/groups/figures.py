"""What an organisation's listings did, and what people near it looked for in vain. Only what is counted is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.small_numbers import SMALLEST, rule, told
from portal.directory.counting import counts
from portal.directory.models import Location, ServiceAtLocation
from portal.directory.needs import NEEDS
from portal.geography.queries import area_name
from portal.groups.listings import services_of
from portal.responding.queries import counted_since

LOOKED_BACK = timedelta(days=90)
MOST_MISSED = 5


@dataclass(frozen=True)
class Figures:
    """Numbers as they may be told. `missed`: needs with how often they were searched for in vain in `area`."""

    since: str
    listings: int
    viewed: str
    saved: str
    sent: str
    accepted: str
    came: str
    area: str | None
    missed: Sequence[tuple[str, str]]

    @property
    def how(self) -> list[str]:
        """How views and saves are counted, in sentences."""
        return [
            _("Each time the page of a listing is opened counts once, and each time it is put on a list."),
            _("Search engines and people who are signed in are not counted."),
            *rule(),
            _("We keep nothing of who looked."),
        ]


def figures_of(organisation_id: UUID) -> Figures:
    """What was counted in the last three months."""
    since = clock.today() - LOOKED_BACK
    ids = [str(service.id) for service in services_of(organisation_id)]
    code = _council(organisation_id)
    missed = _missed(code, since) if code else []
    referred = counted_since(organisation_id, since)
    return Figures(
        since=wording.full_date(since),
        listings=len(ids),
        viewed=told(sum(counts("viewed", ids, since).values())),
        saved=told(sum(counts("saved", ids, since).values())),
        sent=told(referred["sent"]),
        accepted=told(referred["accepted"]),
        came=told(referred["came"]),
        area=area_name(code) if code else None,
        missed=missed,
    )


def _missed(code: str, since: date) -> list[tuple[str, str]]:
    keys = {f"{code}/{need.id}": str(need.label) for need in NEEDS.values() if not need.is_sensitive}
    found = counts("missed", list(keys), since)
    most = sorted(((count, keys[key]) for key, count in found.items() if count >= SMALLEST), reverse=True)
    return [(label, told(count)) for count, label in most[:MOST_MISSED]]


def _council(organisation_id: UUID) -> str | None:
    """The council that most of its places are in; none where they are hidden."""
    ids = [service.id for service in services_of(organisation_id)]
    question = (
        select(Location.authority_code)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
        .where(
            ServiceAtLocation.service_id.in_(ids), Location.privacy != "hidden", Location.authority_code.is_not(None)
        )
    )
    codes = [code for code in db.session.scalars(question) if code]
    return max(sorted(set(codes)), key=codes.count) if codes else None
