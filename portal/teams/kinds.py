"""What people are in a neighbourhood team. A new one is a row; its key is kept in the database and is never renamed."""

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

KINDS: dict[str, LazyString] = {
    "link-worker": _l("Link worker"),
    "gp": _l("GP"),
    "practice-nurse": _l("Practice nurse"),
    "community-nurse": _l("Community nurse"),
    "therapist": _l("Occupational therapist or physiotherapist"),
    "mental-health": _l("Mental health worker"),
    "social-worker": _l("Social worker"),
    "discharge": _l("Discharge co-ordinator"),
    "pharmacist": _l("Pharmacist"),
    "housing": _l("Housing adviser"),
    "money": _l("Money adviser"),
    "family": _l("Family worker"),
    "carers": _l("Carers’ worker"),
    "community": _l("Community or faith group"),
    "fire-police": _l("Fire safety or police"),
    "other": _l("Somebody else"),
}


def kind_label(kind: str) -> str:
    """What somebody is, in the reader's language."""
    return str(KINDS.get(kind, KINDS["other"]))
