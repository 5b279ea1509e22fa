"""Whom a person agreed to share with, said no to, or shares with no more: one row an organisation, the newest word of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from flask_babel.speaklater import LazyString

from portal.caseload.agreements_words import words_of
from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people import consents
from portal.people.consents import GIVEN_BY, HOWS, SCOPES
from portal.people.models import Consent

Standing = Literal["yes", "no", "ended"]
SHORT: Mapping[str, LazyString] = {
    "demographics": _l("contact"),
    "needs": _l("needs"),
    "access": _l("access"),
    "risk": _l("safety"),
    "health": _l("health"),
    "outcomes": _l("how it ended"),
    "research": _l("research"),
}
"""What is shared, in a word."""


@dataclass(frozen=True)
class Row:
    """One organisation. `said`: what, how and when; `by`: who said it where it was not the person."""

    consent: Consent
    name: str
    standing: Standing
    said: str
    by: str | None = None

    @property
    def organization_id(self) -> UUID:
        """Of the organisation."""
        return self.consent.organization_id

    @property
    def scopes(self) -> list[str]:
        """What is shared, at length."""
        return [str(SCOPES[one]) for one in self.consent.scopes if one in SCOPES]

    @property
    def words(self) -> str:
        """What was read out, where it was one of ours."""
        return words_of(self.consent.wording, self.name)

    @property
    def until(self) -> str:
        """The last day on which it holds."""
        return wording.full_date(self.consent.expires_on)


def rows_of(held: Sequence[Consent], names: Mapping[UUID, str]) -> list[Row]:
    """One row an organisation, those that hold first. Rows that were replaced are history."""
    newest: dict[UUID, Consent] = {}
    for one in sorted(held, key=lambda one: (one.given_at, one.status == "active")):
        if one.status != "replaced":
            newest[one.organization_id] = one
    rows = [_row(one, names.get(one.organization_id, "–")) for one in newest.values()]
    order = ("yes", "no", "ended")
    return sorted(rows, key=lambda row: (order.index(row.standing), row.name.casefold()))


def shared_access_with(rows: Sequence[Row]) -> list[str]:
    """Names of organisations that may see language and access today."""
    return [row.name for row in rows if row.standing == "yes" and "access" in row.consent.scopes]


def _row(one: Consent, name: str) -> Row:
    by = str(GIVEN_BY[one.given_by]) if one.given_by != "person" else None
    if one.status == "refused":
        return Row(one, name, "no", _("Said no, %(day)s", day=_on(one.given_at)), by)
    if not consents.holds(one):
        ended = one.ended_at or one.given_at
        return Row(one, name, "ended", _("Ended %(day)s. They see nothing now", day=_on(ended)), by)
    shared = wording.and_list([str(SHORT[scope]) for scope in one.scopes if scope in SHORT])
    said = _(
        "%(what)s. %(how)s, %(day)s", what=shared[:1].upper() + shared[1:], how=HOWS[one.how], day=_on(one.given_at)
    )
    return Row(one, name, "yes", said, by)


def _on(moment: datetime) -> str:
    return wording.brief_date(clock.local(moment).date())
