"""What a group sees of a person, line by line, from what `told_to_group` gives and from nothing else."""

from dataclasses import dataclass
from typing import Any

from portal.codes import phones
from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.directory.filters import BY_NAME
from portal.directory.languages import name_of
from portal.people import saying
from portal.people.items import FORMATS
from portal.people.models import Consent
from portal.referrals.models import Introduction, LinkTeam
from portal.referrals.showing import ToldToGroup


@dataclass(frozen=True)
class Fact:
    """A label and its lines. `warn`: lines that stand out; `links`: addresses and what they show; `quote`: their own words."""

    label: str
    lines: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    quote: bool = False


def facts_of(introduction: Introduction, told: ToldToGroup) -> list[Fact]:
    """In the order of the page. Contact comes first once it may be seen: a phone shows it first."""
    name = " ".join(part for part in (told["first_name"], told["family_name"]) if part)
    facts = [
        Fact(_("Name"), (name,) if name else ()),
        Fact(_("How to reach them"), links=_links(told["contact"] or {})),
        Fact(_("Address"), _address(told)),
        Fact(_("What would help"), _help(told)),
        Fact(_("What matters"), _lines(told["what_matters"]), quote=True),
        _safe_contact(told["safe_contact"]),
        _language(told["access"]),
        _access(told["access"]),
        _safety(told),
        Fact(_("Health"), _lines(told["health_summary"])),
        *(Fact(one.get("question", ""), _lines(one.get("answer"))) for one in told["own_answers"] or ()),
        Fact(_("This may be a second referral of"), tuple(told["may_repeat"] or ())),
        Fact(
            _("Age, and where they live"),
            _lines(saying.age_words(told["age_group"]), told["postcode"] or told["district"]),
        ),
        _from(introduction),
    ]
    return [one for one in facts if one.lines or one.warn or one.links]


def agreed_on(introduction: Introduction) -> str | None:
    """The day on which the person agreed, in words."""
    held = db.session.get(Consent, introduction.consent_id) if introduction.consent_id else None
    return wording.short_date(clock.local(held.given_at).date()) if held is not None else None


def _lines(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def _help(told: ToldToGroup) -> tuple[str, ...]:
    """Why, and what it is about. A reason that is no more than the names of the needs stands once."""
    reason, needs = told["reason"], wording.comma_list(told["needs"] or ())
    return _lines(reason, None if needs == (reason or "").strip() else needs)


def _links(contact: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    if phone := contact.get("phone"):
        found.append((f"tel:{phone}", phones.shown(phone)))
    if textphone := contact.get("textphone"):
        found.append((f"tel:{textphone}", phones.shown(textphone)))
    if email := contact.get("email"):
        found.append((f"mailto:{email}", email))
    return tuple(found)


def _address(told: ToldToGroup) -> tuple[str, ...]:
    return _lines(*str((told["contact"] or {}).get("address") or "").splitlines())


def _safe_contact(contact: dict[str, Any] | None) -> Fact:
    """Which ways are safe, and which are not: said in words, since a wrong one may harm."""
    label = _("Safe contact")
    if not contact:
        return Fact(label, (_("Not told yet. Ask who referred them before you get in touch."),))
    if contact.get("do_not_contact"):
        return Fact(label, warn=(_("Do not contact them in any way. Ask whoever referred them."),))
    ways = contact.get("ways") or ()
    lines = [*_lines(saying.ways_told(ways), contact.get("best_times"))]
    warn = []
    if ways and "text" not in ways:
        warn.append(_("Do not text"))
    if contact.get("voicemail") is True:
        lines.append(_("A message is fine"))
    elif contact.get("voicemail") is False:
        warn.append(_("Do not leave a message"))
    if bad := contact.get("bad_times"):
        warn.append(_("Not at these times: %(times)s", times=bad))
    if contact.get("plain_letters"):
        warn.append(_("Letters without a name of a group on them"))
    return Fact(label, tuple(lines), tuple(warn))


def _language(access: dict[str, Any] | None) -> Fact:
    told = access or {}
    lines = [name_of(told["language"])] if told.get("language") else []
    if told.get("interpreter") is True:
        lines.append(_("Needs an interpreter"))
    elif told.get("interpreter") is False:
        lines.append(_("No interpreter"))
    return Fact(_("Language"), tuple(lines))


def _access(access: dict[str, Any] | None) -> Fact:
    told = access or {}
    lines = [BY_NAME["access"].label_of(one) for one in told.get("getting_in") or ()]
    lines += [str(FORMATS[one]) for one in told.get("formats") or () if one in FORMATS]
    return Fact(_("Access"), (*lines, *_plain(told.get("communication")), *_plain(told.get("adjustments"))))


def _plain(value: object) -> tuple[str, ...]:
    """What was told in words, or in a list of words."""
    if isinstance(value, str):
        return _lines(value)
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else ()


def _safety(told: ToldToGroup) -> Fact:
    if "safety_note" not in told.values:
        return Fact(_("Keeping people safe"))
    return Fact(_("Keeping people safe"), (told["safety_note"] or _("Nothing to tell you"),))


def _from(introduction: Introduction) -> Fact:
    """Who asked. Somebody who asked for themselves is told so."""
    asked = introduction.referral.organization
    if asked is None:
        return Fact(_("From"), (_("They asked for this themselves, or somebody close to them did"),))
    team = db.session.get(LinkTeam, asked.id)
    links = ((f"tel:{team.phone}", team.phone),) if team is not None and team.phone else ()
    return Fact(_("From"), (asked.name,), links=links)
