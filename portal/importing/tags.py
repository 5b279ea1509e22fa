"""What a source's own tags surely mean to us. A tag that is not here stays the source's word and gives no need."""

import re

TAG_NEEDS = {
    "warm space": "energy", "warm spaces": "energy", "warm hub": "energy", "warm place": "energy", "warm bank": "energy",
    "food bank": "food", "foodbank": "food", "food banks": "food", "food pantry": "food", "community fridge": "food",
    "volunteering": "volunteering",
    "befriending": "befriending", "befriending service": "befriending",
    "mens shed": "mens-groups", "men's shed": "mens-groups", "mens group": "mens-groups",
    "womens group": "womens-groups", "women's group": "womens-groups",
    "lunch club": "older-social",
    "bereavement": "bereavement", "bereavement support": "bereavement",
    "counselling": "counselling", "talking therapies": "counselling",
    "addiction": "addiction", "alcohol": "addiction", "drugs and alcohol": "addiction",
    "debt": "debt", "debt advice": "debt", "benefits": "benefits", "benefits advice": "benefits",
    "fuel poverty": "energy", "energy advice": "energy",
    "esol": "english-language", "english classes": "english-language",
    "digital skills": "digital", "digital inclusion": "digital",
    "housing advice": "housing", "homelessness": "homelessness",
    "domestic abuse": "abuse", "domestic violence": "abuse", "sexual violence": "abuse",
    "refugees and asylum seekers": "refugee-immigration",
    "carers": "carers", "young carers": "carers", "dementia": "dementia",
    "falls prevention": "falls-frailty", "community transport": "transport",
    "autism": "learning-disability-autism", "learning disability": "learning-disability-autism",
    "stop smoking": "smoking", "lgbt": "lgbtq", "lgbtq": "lgbtq", "lgbtq+": "lgbtq", "veterans": "veterans",
    "youth club": "youth", "send": "send",
}  # fmt: skip
"""A tag in small letters -> one of our needs (`portal.directory.needs`)."""

TAG_JOINING = {"referral only": "professional_only", "drop in": "drop_in", "drop-in": "drop_in"}
"""A tag in small letters -> a value of the filter `join`."""

LONGEST_TAG = 120
PRIVATE = re.compile(r"\brefuges?\b", re.IGNORECASE)
PRIVATE_NEED = "abuse"


def needs_of(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Our needs that these tags surely mean, in order."""
    return tuple(sorted({TAG_NEEDS[tag.lower()] for tag in tags if tag.lower() in TAG_NEEDS}))


def joining_of(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Ways to join that these tags surely mean, in order."""
    return tuple(sorted({TAG_JOINING[tag.lower()] for tag in tags if tag.lower() in TAG_JOINING}))


def is_private(name: str, needs: tuple[str, ...]) -> bool:
    """True where a published address may put someone in danger: then only its area is shown until somebody decides."""
    return PRIVATE_NEED in needs or PRIVATE.search(name) is not None
