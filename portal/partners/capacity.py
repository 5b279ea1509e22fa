"""Capacity promised and used, and introductions answered in time, by partner and quarter: what pages, files and paper show.

What was promised is of the agreements as they stand. What was used is what `counting.py` kept of the quarter, once and for good.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.core.extensions import db, settings
from portal.core.i18n import gettext as _
from portal.core.quarters import Quarter, this_quarter
from portal.core.small_numbers import of_kept, rule
from portal.organisations.models import Organization
from portal.partners.counting import QUARTERS_BACK, Pair
from portal.partners.figure_models import PartnerFigure
from portal.partners.models import Agreement, Partner
from portal.partners.queries import partners_seen
from portal.partners.scopes import Sight, Sights
from portal.partners.withholding import may_tell_begun


@dataclass(frozen=True)
class Promised:
    """What one agreement promises in a quarter, by unit."""

    agreement: Agreement
    amounts: dict[str, int]


@dataclass(frozen=True)
class Line:
    """One partner in one quarter. `figure` is none where the quarter was not counted for it, yet or at all.

    `tells_begun` is false where the number of those who began would tell how many few people were accepted.
    """

    partner: Partner
    promised: Sequence[Promised]
    figure: PartnerFigure | None
    is_due: bool
    tells_begun: bool = True

    def amount(self, unit: str) -> int | None:
        """What all agreements together promise in a unit; None where none does."""
        found = [one.amounts[unit] for one in self.promised if unit in one.amounts]
        return sum(found) if found else None

    @property
    def accepted(self) -> int | None:
        """How many people were accepted, as it may be told; None where words say why there is no number."""
        return self.figure.accepted if self.figure is not None else None

    @property
    def begun(self) -> int | None:
        """How many people began, likewise."""
        return self.figure.begun if self.figure is not None and self.tells_begun else None

    @property
    def accepted_told(self) -> str:
        """The same in words or figures."""
        return self._none() if self.figure is None else of_kept(self.accepted)

    @property
    def begun_told(self) -> str:
        """The same in words or figures."""
        return self._none() if self.figure is None or not self.tells_begun else of_kept(self.begun)

    @property
    def due_told(self) -> str:
        """How many introductions were to be answered, as it may be told."""
        return self._none() if self.figure is None else of_kept(self.figure.due)

    @property
    def share_told(self) -> str:
        """The share that was answered in time, of rounded figures; not shown where one of the two is small."""
        if self.figure is None:
            return self._none()
        if self.figure.due == 0:
            return _("none were due")
        return _("not shown") if self.share is None else _("%(share)d%%", share=self.share)

    @property
    def share(self) -> int | None:
        """The share in percent, or None where it may not be told or there is none."""
        if self.figure is None or not self.figure.due or self.figure.in_time is None:
            return None
        return min(100, round(100 * self.figure.in_time / self.figure.due))

    @property
    def has_answers(self) -> bool:
        """Whether anything was to be answered."""
        return self.figure is not None and self.figure.due != 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say of it."""
        figure = self.figure
        return not self.promised and (figure is None or not any(one != 0 for one in _all(figure)))

    def _none(self) -> str:
        return _("not shown") if self.is_due else _("not yet")


def how() -> list[str]:
    """How it is counted, in paragraphs: on the page, and on paper."""
    days = settings().insight_days
    told = [
        _("Each person counts once a quarter for a partner."),
        *rule(),
        _("Shares are made of rounded figures. There are no totals here, so a small number cannot be worked out."),
        ngettext(
            "Quarters are fixed. Figures are made %(num)s day after a quarter ends and never change after that.",
            "Quarters are fixed. Figures are made %(num)s days after a quarter ends and never change after that.",
            days,
        ),
    ]
    counted = _(
        "Accepted and began: people who were introduced to a service of the partner in the area of the programme. Answered in "
        "time: of the introductions that were to be answered in the quarter, those that were answered by their day; those that "
        "were called off are left out."
    )
    withheld = _(
        "Whoever began was accepted before, so how many began is not shown where it would tell a small number of people accepted."
    )
    return [" ".join(told), f"{counted} {withheld}"]


def quarters() -> list[Quarter]:
    """The quarters that can be chosen, newest first: this one, and those before it."""
    found = [this_quarter()]
    while len(found) <= QUARTERS_BACK:
        found.append(found[-1].before)
    return found


def newest() -> Quarter:
    """The newest quarter that is counted by now."""
    return next(one for one in quarters() if one.is_due)


def newest_for(sight: Sight) -> Quarter:
    """The newest quarter whose figures the viewer may have: the newest counted, in a lead of before the last within it."""
    quarter = newest()
    while not sight.may_read(quarter.last):
        quarter = quarter.before
    return quarter


def lines(by: Sights, quarter: Quarter, programme_id: UUID | None = None, partner_id: UUID | None = None) -> list[Line]:
    """Every partner that promised or did something, by name. Of programmes led before, none after the lead's last day."""
    partners = [one for one in _partners(by, programme_id, partner_id) if _may(by, one, quarter)]
    figures, is_told = _figures(partners, quarter), quarter.is_due
    found = []
    for one in partners:
        counted = figures.get((one.programme.area, one.organization_id), ())
        figure = counted[-1] if counted and counted[-1].quarter == quarter.first else None
        tells_begun = figure is None or may_tell_begun(figure.begun, [each.accepted for each in counted])
        found.append(Line(one, _promised(one, quarter), figure, is_told, tells_begun))
    return [one for one in found if not one.is_empty]


def _all(figure: PartnerFigure) -> tuple[int | None, ...]:
    return figure.accepted, figure.begun, figure.due


def _figures(partners: Sequence[Partner], quarter: Quarter) -> Mapping[Pair, Sequence[PartnerFigure]]:
    """What was counted up to a quarter, in order. One statement."""
    wanted = select(PartnerFigure).where(
        PartnerFigure.quarter <= quarter.first,
        PartnerFigure.organization_id.in_({one.organization_id for one in partners}),
    )
    found: dict[Pair, list[PartnerFigure]] = defaultdict(list)
    for one in db.session.scalars(wanted.order_by(PartnerFigure.quarter)) if partners else ():
        found[one.area, one.organization_id].append(one)
    return found


def _may(by: Sights, one: Partner, quarter: Quarter) -> bool:
    return by[one.programme_id].may_read(quarter.last)


def _partners(by: Sights, programme_id: UUID | None, partner_id: UUID | None) -> Sequence[Partner]:
    wanted = partners_seen(by).join(Partner.organization)
    if programme_id is not None:
        wanted = wanted.where(Partner.programme_id == programme_id)
    if partner_id is not None:
        wanted = wanted.where(Partner.id == partner_id)
    loads = (contains_eager(Partner.organization), joinedload(Partner.programme),
             selectinload(Partner.agreements).selectinload(Agreement.promises))  # fmt: skip
    return db.session.scalars(wanted.options(*loads).order_by(Organization.name, Partner.id)).all()


def _promised(one: Partner, quarter: Quarter) -> list[Promised]:
    found = []
    for agreement in one.agreements:
        amounts = {row.unit: row.promised for row in agreement.promises if row.quarter == quarter.first}
        if amounts:
            found.append(Promised(agreement, amounts))
    return found
