"""Communities that a grant may be for. A new one is a row; its key is kept in the database and is never renamed."""

from collections.abc import Iterable

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.core.wording import comma_list

EVERYBODY = "everybody"
COMMUNITIES: dict[str, LazyString] = {
    EVERYBODY: _l("Everybody who lives there"),
    "older": _l("Older people"),
    "carers": _l("Unpaid carers"),
    "new-parents": _l("New parents"),
    "children": _l("Children and their families"),
    "young": _l("Young people"),
    "young-men": _l("Young men"),
    "men": _l("Men"),
    "women": _l("Women"),
    "south-asian": _l("South Asian communities"),
    "black": _l("Black African and Caribbean communities"),
    "eastern-european": _l("Eastern European communities"),
    "refugees": _l("Refugees and people seeking asylum"),
    "travellers": _l("Gypsy, Roma and Traveller communities"),
    "lgbt": _l("LGBT+ people"),
    "disabled": _l("Disabled people"),
    "learning-disability": _l("People with a learning disability"),
    "autistic": _l("Autistic people"),
    "deaf": _l("Deaf people"),
    "long-term-condition": _l("People with a long-term illness"),
    "mental-illness": _l("People living with a severe mental illness"),
    "bereaved": _l("Bereaved people"),
    "money": _l("People short of money"),
    "homeless": _l("People without a settled home"),
    "veterans": _l("Veterans and their families"),
}


def community_label(key: str) -> str:
    """What a community is called, in the reader's language."""
    return str(COMMUNITIES[key]) if key in COMMUNITIES else key


def communities_label(keys: Iterable[str]) -> str:
    """Several, in the order of the table."""
    wanted = set(keys)
    return comma_list([str(label) for key, label in COMMUNITIES.items() if key in wanted])
