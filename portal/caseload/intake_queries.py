"""What was handed over to the viewer's teams and waits for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.caseload.adding_teams import teams_of
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.people.models import Consent, Person
from portal.people.queries import is_known
from portal.referrals import queries
from portal.referrals.clocks import waited
from portal.referrals.models import Introduction, Referral
from portal.referrals.showing import ToldToGroup, told_to_group
from portal.referrals.states import TO_ANSWER


@dataclass(frozen=True)
class Handover:
    """One handover as the team may see it. `days`: working days that it has waited."""

    introduction: Introduction
    told: ToldToGroup
    days: int

    @property
    def asked_by(self) -> str | None:
        """Who handed the person over; none where they asked themselves."""
        asked = self.introduction.referral.organization
        return asked.name if asked is not None else None


def waiting(viewer: Viewer) -> Sequence[Handover]:
    """Those that wait longest first. As many statements whatever their number."""
    found = [
        one
        for team in teams_of(viewer)
        for one in queries.inbox(viewer, team.id, sorted(TO_ANSWER))
        if one.kind == "link-work"
    ]
    _read_who_asked([one.referral for one in found])
    held = list(db.session.scalars(select(Consent).where(Consent.id.in_({one.consent_id for one in found}))))
    rows = [_told(one) for one in sorted(found, key=lambda one: (one.sent_at is None, one.sent_at, one.id))]
    held.clear()  # until here, so that no row had to ask for its own
    return rows


def handover_for(viewer: Viewer, reference: str) -> Handover:
    """One of them, open or answered. Raises NotFound."""
    found = queries.received(viewer, reference)
    if found.kind != "link-work":
        raise NotFound(_("There is no such handover here. Check the reference."))
    return _told(found)


def known_as(introduction: Introduction) -> Person | None:
    """Whom the team knows already and who may be the same person: by the NHS number, or by surname and birth date."""
    person = introduction.person
    known = is_known(introduction.organization_id, nhs_number=person.nhs_number, match=person.match)
    return known if known is not None and known.id != person.id else None


def _read_who_asked(referrals: Sequence[Referral]) -> None:
    """The organisations of all of them at once."""
    wanted = select(Referral).where(Referral.id.in_([one.id for one in referrals]))
    db.session.scalars(wanted.options(selectinload(Referral.organization))).all()


def _told(introduction: Introduction) -> Handover:
    return Handover(introduction, told_to_group(introduction, is_signed_in=True), waited(introduction))
