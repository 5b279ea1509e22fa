"""The needs that services are labelled with and that searches are about: 46 in 7 groups, each with a plain label.

`also` holds other everyday names. Both are translated, so a need is understood in every language offered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class NeedGroup:
    """A heading over several needs."""

    id: str
    label: LazyString


@dataclass(frozen=True)
class Need:
    """What somebody looks for help with. `is_sensitive`: nothing about it is saved or shown in a tab by default."""

    id: str
    group: str
    label: LazyString
    also: tuple[LazyString, ...] = ()
    is_sensitive: bool = False


GROUPS: tuple[NeedGroup, ...] = (
    NeedGroup("people", _l("People and things to do")),
    NeedGroup("mind", _l("How you feel")),
    NeedGroup("money", _l("Money, food and work")),
    NeedGroup("home", _l("Home, safety and rights")),
    NeedGroup("body", _l("Keeping well")),
    NeedGroup("care", _l("Caring, ageing and disability")),
    NeedGroup("family", _l("Families and young people")),
)

_ALL = (
    Need("loneliness", "people", _l("Feeling lonely or cut off"), (_l("isolated"),)),
    Need("befriending", "people", _l("Someone to visit or phone you"), (_l("befriender"),)),
    Need("older-social", "people", _l("Clubs and lunch groups for older people"), (_l("lunch club"),)),
    Need("mens-groups", "people", _l("Men's groups and sheds"), (_l("men's shed"),)),
    Need("womens-groups", "people", _l("Women's groups"), (_l("women only"),)),
    Need("arts-music", "people", _l("Art, music, singing and crafts"), (_l("creative"),)),
    Need("nature-gardening", "people", _l("Gardening and time outdoors"), (_l("green activities"),)),
    Need("volunteering", "people", _l("Giving time as a volunteer"), (_l("volunteer"),)),
    Need("faith-culture", "people", _l("Faith and cultural community groups"), (_l("community centre"),)),
    Need("lgbtq", "people", _l("LGBTQ+ groups and support"), (_l("LGBT"),), is_sensitive=True),
    Need("veterans", "people", _l("Armed forces and veterans"), (_l("ex-forces"),)),
    Need("crisis", "mind", _l("Mental health crisis and drop-in cafes"), (_l("crisis cafe"),), is_sensitive=True),
    Need("low-mood-worry", "mind", _l("Low mood, stress and worry"), (_l("anxiety"), _l("depression"))),
    Need("counselling", "mind", _l("Counselling and talking support"), (_l("talk to someone"),)),
    Need("bereavement", "mind", _l("Grief and loss"), (_l("bereaved"),)),
    Need("addiction", "mind", _l("Alcohol, drugs or gambling"), (_l("drinking"),), is_sensitive=True),
    Need("food", "money", _l("Food banks and low-cost meals"), (_l("food bank"),)),
    Need("debt", "money", _l("Debt and money advice"), (_l("owe money"),)),
    Need("benefits", "money", _l("Benefits and claiming help"), (_l("PIP"), _l("Universal Credit"))),
    Need("energy", "money", _l("Heating, bills and warm places"), (_l("energy bills"),)),
    Need("jobs", "money", _l("Finding work and job skills"), (_l("employment"),)),
    Need("adult-learning", "money", _l("Courses, reading and maths"), (_l("classes"),)),
    Need("digital", "money", _l("Help with phones, computers and getting online"), (_l("IT help"),)),
    Need("english-language", "money", _l("Learning English"), (_l("ESOL"),)),
    Need("housing", "home", _l("Housing advice and eviction"), (_l("landlord"),)),
    Need("homelessness", "home", _l("Homeless or nowhere to stay"), (_l("rough sleeping"),)),
    Need("abuse", "home", _l("Domestic abuse and sexual violence"), (_l("domestic violence"),), is_sensitive=True),
    Need("scams-crime", "home", _l("Victims of crime, hate crime and scams"), (_l("scam"),), is_sensitive=True),
    Need("refugee-immigration", "home", _l("Refugees, asylum and immigration"), (_l("asylum"),)),
    Need("legal-rights", "home", _l("Legal advice and your rights"), (_l("free legal help"),)),
    Need("physical-activity", "body", _l("Exercise and sport"), (_l("walking group"),)),
    Need("weight-eating", "body", _l("Healthy weight and cooking"), (_l("weight loss"),)),
    Need("smoking", "body", _l("Stopping smoking or vaping"), (_l("quit"),)),
    Need("long-term-conditions", "body", _l("Living with a long-term condition"), (_l("diabetes"), _l("COPD"))),
    Need("cancer-end-of-life", "body", _l("Cancer and end of life"), (_l("hospice"),)),
    Need("carers", "care", _l("Unpaid carers and young carers"), (_l("respite"),)),
    Need("dementia", "care", _l("Memory problems and dementia"), (_l("memory cafe"),)),
    Need("falls-frailty", "care", _l("Falls, balance and frailty"), (_l("strength and balance"),)),
    Need("home-help", "care", _l("Practical help at home"), (_l("home from hospital"),)),
    Need("transport", "care", _l("Getting to places"), (_l("community transport"),)),
    Need("disability-equipment", "care", _l("Disability support and equipment"), (_l("adaptations"),)),
    Need("sight-hearing", "care", _l("Sight and hearing loss"), (_l("deaf"), _l("blind"))),
    Need("learning-disability-autism", "care", _l("Learning disability, autism and ADHD"), (_l("autistic"),)),
    Need("baby-parenting", "family", _l("Pregnancy, babies and parenting"), (_l("toddler group"),)),
    Need("youth", "family", _l("Young people"), (_l("youth club"),)),
    Need("send", "family", _l("Children with special educational needs or disabilities"), (_l("SEND"),)),
)

NEEDS: Mapping[str, Need] = MappingProxyType({need.id: need for need in _ALL})
"""In the order of pages: those of the first group, then those of the next."""
LABELS: Mapping[str, LazyString] = MappingProxyType({need.id: need.label for need in _ALL})
"""Every need as forms offer it, in the same order."""


def labels() -> dict[str, str]:
    """The same in the language of who reads."""
    return {need: str(label) for need, label in LABELS.items()}


def in_groups() -> list[tuple[NeedGroup, list[Need]]]:
    """Every need under its heading."""
    return [(group, [need for need in _ALL if need.group == group.id]) for group in GROUPS]


def is_any_sensitive(ids: frozenset[str]) -> bool:
    """True if one of these needs is sensitive. Unknown ids are not."""
    return any(NEEDS[need_id].is_sensitive for need_id in ids if need_id in NEEDS)
