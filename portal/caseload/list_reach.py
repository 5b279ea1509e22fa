"""How somebody may be reached, and how not, in lines. A number or an address stands where it is told."""

from collections.abc import Mapping
from typing import Any

from portal.codes import phones
from portal.core.i18n import gettext as _
from portal.people.items import WAYS


def reach_of(contact: Mapping[str, Any] | None, do_not_contact: bool = False) -> list[str]:
    """The ways that are safe, then what must not be done. `contact` as in `portal.people.items`."""
    told = contact or {}
    if do_not_contact or told.get("do_not_contact"):
        return [_("Do not contact")]
    ways = told.get("ways") or ()
    found = [*_by_phone(told, ways), *_by_email(told, ways)]
    found += [str(WAYS[way]) for way in ("letter", "through-me") if way in ways]
    if "phone" in ways:
        said = {True: _("A voicemail is safe"), False: _("No voicemail"), None: _("Voicemail: not asked yet")}
        found.append(said[told.get("voicemail")])
    if told.get("best_times"):
        found.append(_("Best times: %(times)s", times=told["best_times"]))
    return found or [_("No safe way on record")]


def _by_phone(told: Mapping[str, Any], ways: Any) -> list[str]:
    chosen = tuple(way for way in ("phone", "text") if way in ways)
    if not chosen:
        return []
    how = str(WAYS[chosen[0]]) if len(chosen) == 1 else _("Phone or text")
    return [_("%(ways)s: %(number)s", ways=how, number=phones.shown(told["phone"])) if told.get("phone") else how]


def _by_email(told: Mapping[str, Any], ways: Any) -> list[str]:
    if "e-mail" not in ways:
        return []
    return [_("E-mail: %(address)s", address=told["email"]) if told.get("email") else str(WAYS["e-mail"])]
