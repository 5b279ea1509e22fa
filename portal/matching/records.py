"""What the record of a person says for matching them: their answers, where they live, and what groups say of referrals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.codes.dates import age_on
from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory.filters import BY_NAME
from portal.directory.needs import NEEDS
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate
from portal.matching.questions import Answers, wanted_of
from portal.matching.verdicts import Rule, Said, misfit
from portal.matching.wanted import Wanted
from portal.people.models import Person
from portal.referrals.models import Introduction, ReferralSetting
from portal.referrals.states import WITH_GROUP

SEXES: Mapping[str, str] = {"female": "woman", "male": "man"}
GROUPS_OF_DETAILS: Mapping[str, str] = {"carer_status": "carers", "veteran": "veterans"}
"""Details of a record that say whether somebody belongs to a group of people."""
AGES: dict[str, tuple[int, int]] = {
    "under-16": (0, 15),
    "16-17": (16, 17),
    "18-25": (18, 25),
    "26-49": (26, 49),
    "50-64": (50, 64),
    "65-over": (65, 130),
}
"""First and last age of the age groups of people."""
ENGLISH = "en"


def told_by(person: Person) -> Answers:
    """The record as answers. Age and place are not among them: they are taken from the record itself."""
    access, details = person.access or {}, person.details or {}
    language = access.get("language") or ENGLISH
    getting_in = [one for one in access.get("getting_in") or () if one in BY_NAME["access"].ids]
    if language == "bsl" or "bsl" in (access.get("formats") or ()):
        getting_in.append("bsl")
    who = [SEXES[details["gender"]]] if details.get("gender") in SEXES else []
    who += [group for detail, group in GROUPS_OF_DETAILS.items() if details.get(detail) == "yes"]
    chosen = {
        "topic": tuple(one for one in person.needs or () if one in NEEDS),
        "who": tuple(who),
        "access": tuple(getting_in),
        "language": () if language in {ENGLISH, "bsl"} else (str(language),),
    }
    return Answers({name: values for name, values in chosen.items() if values})


def languages_of(person: Person) -> dict[str, Sequence[str]]:
    """Answers that the table of questions may lack: the language of the record."""
    language = (person.access or {}).get("language")
    return {"language": [str(language)]} if language and language not in {ENGLISH, "bsl"} else {}


def where(person: Person) -> Place | None:
    """Where they live: by the postcode, else by the part of one that is known."""
    found = place_of(person)
    if found is not None or not person.district:
        return found
    district = locate(person.district)
    return district if isinstance(district, Place) else None


def wanted_for(person: Person, answers: Answers, place: Place | None) -> Wanted:
    """Answers with what the record alone says: how old they are, what they are not, and whether an interpreter is needed."""
    wanted = wanted_of(answers, place)
    access, details = person.access or {}, person.details or {}
    are_not = {group for detail, group in GROUPS_OF_DETAILS.items() if details.get(detail) == "no"}
    return replace(
        wanted,
        ages=wanted.ages or ages_of(person),
        are_not=frozenset(are_not) - wanted.are,
        interpreter=access.get("interpreter") is True and access.get("language") in wanted.languages,
        asker="link_worker",
    )


def place_of(person: Person) -> Place | None:
    """Where they live, where it is known."""
    found = locate(person.postcode) if person.postcode else None
    return None if found is None or isinstance(found, PlaceProblem) else found


def ages_of(person: Person) -> tuple[int, int] | None:
    """The youngest and the oldest that they may be; None where neither birth date nor age group is known."""
    if person.birth_date:
        age = age_on(date.fromisoformat(person.birth_date), clock.today())
        return age, age
    return AGES.get(person.age_group or "")


def open_with(person: Person, ids: Sequence[UUID], *, but: UUID | None = None) -> dict[UUID, Introduction]:
    """What is open with groups already, by service. `but`: a referral that is not counted."""
    wanted = select(Introduction).where(
        Introduction.person_id == person.id,
        Introduction.service_id.in_(ids),
        Introduction.state.in_([state.value for state in WITH_GROUP]),
    )
    rows = db.session.scalars(wanted.where(Introduction.referral_id != but) if but else wanted)
    return {one.service_id: one for one in rows if one.service_id is not None}


def is_not_served(person: Person, setting: ReferralSetting) -> bool:
    """Whether a group takes people of certain postcode districts alone, and they are known to live in another."""
    return bool(setting.serves and person.district and person.district not in setting.serves)


class ReferralRules:
    """Rules that a link worker has beside those of the table: what groups say of referrals, and who was referred already."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.settings: dict[UUID, ReferralSetting] = {}
        self.referred: frozenset[UUID] = frozenset()

    def __call__(self, ids: Sequence[UUID]) -> Iterable[Rule]:
        """The rules for these listings. Two statements."""
        found = db.session.scalars(select(ReferralSetting).where(ReferralSetting.service_id.in_(ids)))
        self.settings = {one.service_id: one for one in found}
        self.referred = frozenset(open_with(self.person, ids))
        return (
            Rule("referrals", _l("referrals"), lambda look: self._takes(look.listing.id)),
            Rule("serves", _l("the area it covers"), lambda look: self._serves(look.listing.id)),
            Rule("referred", _l("the referral"), lambda look: self._is_new(look.listing.id)),
        )

    def _takes(self, service: UUID) -> Said | None:
        setting = self.settings.get(service)
        is_shut = setting is not None and not setting.is_open
        return misfit(_("Takes no referrals here. Phone them instead")) if is_shut else None

    def _serves(self, service: UUID) -> Said | None:
        setting = self.settings.get(service)
        if setting is None or not is_not_served(self.person, setting):
            return None
        return misfit(_("Takes people who live in %(areas)s", areas=wording.or_list(setting.serves)))

    def _is_new(self, service: UUID) -> Said | None:
        return misfit(_("Referred there already, and it is still open")) if service in self.referred else None
