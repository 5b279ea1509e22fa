"""The groups that a person is to be referred to: what stands in the way, what they ask, and whether they fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from portal.core import clock, wording, working_days
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.directory import queries as directory
from portal.directory.cards import Card, card_of
from portal.directory.listings import Listing
from portal.directory.models import Service
from portal.directory.related import Related, related_to
from portal.directory.space import Space, space_of
from portal.geography.places import Place
from portal.matching.records import ages_of, is_not_served, open_with, place_of
from portal.people import consents
from portal.people.models import Consent, Person
from portal.referrals import guards, sending
from portal.referrals.clocks import clocks
from portal.referrals.models import Introduction, ReferralSetting

StopKind = Literal["twice", "full", "closed"]


@dataclass(frozen=True)
class Stop:
    """Why nothing can be sent to a group now. `reference`: of the referral that is open already, where that is why."""

    kind: StopKind
    sentence: str
    reference: str | None = None


@dataclass(frozen=True)
class Group:
    """One group's service, as the page of a referral needs it. `misfits`: sentences; `held`: what is agreed already."""

    service: Service
    card: Card
    setting: ReferralSetting
    space: Space
    answer_by: date
    held: Consent | None
    misfits: tuple[str, ...] = ()
    stop: Stop | None = None
    instead: Sequence[Related] = ()

    @property
    def id(self) -> UUID:
        """The service's id."""
        return self.service.id

    @property
    def agreed(self) -> str | None:
        """What the person agreed to with this group before, where it still holds."""
        if self.held is None:
            return None
        return _(
            "Agreed with %(group)s on %(day)s. It ends on %(end)s.",
            group=self.card.organisation,
            day=wording.full_date(clock.local(self.held.given_at).date()),
            end=wording.full_date(self.held.expires_on),
        )

    @property
    def wait(self) -> str | None:
        """What the group said of its wait, where there is one."""
        if self.space.state != "wait":
            return None
        said = self.service.space_said_at
        day = wording.short_date(clock.local(said).date()) if said else ""
        if self.space.weeks:
            return _("The group said about %(num)s weeks, on %(day)s.", num=self.space.weeks, day=day)
        return _("The group said that there is a wait, on %(day)s.", day=day)


def groups_for(person: Person, ids: Sequence[UUID], *, but: UUID | None = None) -> list[Group]:
    """The groups of these services, in their order. `but`: a referral that is not counted as one before. Raises NotFound."""
    listings = directory.known_listings(list(ids))
    if not listings or len(listings) < len(set(ids)):
        raise NotFound(_("There is no listing here."))
    place = place_of(person)
    opened = open_with(person, ids, but=but)
    return [_group(person, listings[one], place, opened.get(one)) for one in ids]


def misfits_of(person: Person, listing: Listing, setting: ReferralSetting, place: Place | None) -> tuple[str, ...]:
    """Why a group may not be right for somebody, by age and area: nothing where either is not known."""
    found = (_by_age(person, listing.service), _by_area(person, listing, setting, place))
    return tuple(one for one in found if one)


def _group(person: Person, listing: Listing, place: Place | None, opened: Introduction | None) -> Group:
    service = db.session.get_one(Service, listing.id)
    setting = sending.setting_of(listing.id)
    stop = _stop(service, opened)
    return Group(
        service=service,
        card=card_of(listing, place=place),
        setting=setting,
        space=space_of(service),
        answer_by=working_days.later(clock.today(), clocks().remind_again, _nation(listing.id)),
        held=consents.active(person.id, service.organization_id),
        misfits=misfits_of(person, listing, setting, place),
        stop=stop,
        instead=related_to(listing) if stop is not None and stop.kind != "twice" else (),
    )


def _stop(service: Service, opened: Introduction | None) -> Stop | None:
    if opened is not None:
        return Stop("twice", _("This person has been referred there already, and it is still open."), opened.reference)
    if (sentence := guards.service_takes(service)) is not None:
        return Stop("closed", sentence)
    if (sentence := guards.service_has_space(service, happy_to_wait=True)) is not None:
        return Stop("full", sentence)
    return None


def _by_age(person: Person, service: Service) -> str | None:
    ages, lowest, highest = ages_of(person), service.minimum_age, service.maximum_age
    if ages is None:
        return None
    youngest, oldest = ages
    if lowest is not None and oldest < lowest:
        return _("It is for people who are %(age)s or older.", age=lowest)
    if highest is not None and youngest > highest:
        return _("It is for people up to the age of %(age)s.", age=highest)
    return None


def _by_area(person: Person, listing: Listing, setting: ReferralSetting, place: Place | None) -> str | None:
    if is_not_served(person, setting):
        return _("It takes people who live in %(areas)s.", areas=wording.or_list(setting.serves))
    if place is None or not listing.areas or listing.is_everywhere or setting.serves:
        return None
    return None if listing.areas & place.area_codes else _("It is for people of another area.")


def _nation(service_id: UUID) -> working_days.Nation:
    return sending.nation_of(service_id)  # type: ignore[return-value]
