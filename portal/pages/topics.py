"""The eight topics of the home page: everyday doors to the 46 needs."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Topic:
    """One card: its words, its picture, and the needs that it looks for."""

    label: LazyString
    detail: LazyString
    icon: str
    needs: tuple[str, ...]


TOPICS: tuple[Topic, ...] = (
    Topic(
        _l("Feeling low or anxious"),
        _l("Talking, support groups and cafes with trained workers"),
        "low",
        ("low-mood-worry", "counselling", "crisis"),
    ),
    Topic(
        _l("Feeling lonely"),
        _l("Meet people, befriending and phone calls"),
        "lonely",
        ("loneliness", "befriending", "older-social"),
    ),
    Topic(_l("Grief and loss"), _l("After a death, a break-up or a big change"), "grief", ("bereavement",)),
    Topic(
        _l("Money and work"),
        _l("Debt, benefits, food and finding a job"),
        "money",
        ("debt", "benefits", "food", "energy", "jobs"),
    ),
    Topic(
        _l("Home and safety"),
        _l("Housing, abuse and feeling unsafe"),
        "home",
        ("housing", "homelessness", "abuse", "scams-crime"),
    ),
    Topic(
        _l("Moving and outdoors"),
        _l("Walks, gardens, gentle exercise"),
        "move",
        ("physical-activity", "nature-gardening", "falls-frailty"),
    ),
    Topic(_l("Caring for someone"), _l("Breaks, advice and other carers"), "caring", ("carers", "dementia")),
    Topic(
        _l("Drink, drugs and gambling"),
        _l("Cut down, stop, or help someone else"),
        "drink",
        ("addiction",),
    ),
)
