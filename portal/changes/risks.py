"""What a moderator should look at first in a change, and whether it waits for one. Each as a table."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask_babel.speaklater import LazyString

from portal.changes import agreements
from portal.changes.facts import FACTS, is_about_sensitive
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Viewer

CONTACT = frozenset({"phone", "email"})
LINK = re.compile(r"https?://[^\s\"<>]+|www\.[^\s\"<>]+", re.IGNORECASE)
ONE_IN = 10
"""Of changes that go live at once, one in so many is looked at afterwards."""
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Proposal:
    """What is judged: new values, the values that stand, and whether its author is trusted."""

    facts: Facts
    before: Facts
    is_trusted: bool
    is_new: bool = False


@dataclass(frozen=True)
class Risk:
    """One mark. `waits`: a change that bears it waits for a moderator."""

    label: LazyString
    bears: Callable[[Proposal], bool]
    waits: bool


def _about_sensitive(one: Proposal) -> bool:
    needs = {*(one.before.get("needs") or ()), *(one.facts.get("needs") or ())}
    return is_about_sensitive(needs)


def _links(values: Facts) -> set[str]:
    return set(LINK.findall(repr([values.get(name) for name in FACTS]))) | (
        {values["url"]} if values.get("url") else set()
    )


RISKS: Mapping[str, Risk] = MappingProxyType(
    {
        "sensitive_need": Risk(_l("Sensitive need"), _about_sensitive, waits=True),
        "new_editor": Risk(_l("New editor"), lambda one: not one.is_trusted, waits=True),
        "contact_changed": Risk(_l("Contact changed"), lambda one: bool(CONTACT & one.facts.keys()), waits=False),
        "name_changed": Risk(_l("Name changed"), lambda one: "name" in one.facts and not one.is_new, waits=False),
        "link_added": Risk(
            _l("Link added"),
            lambda one: bool(_links(one.facts) - _links({name: one.before.get(name) for name in one.facts})),
            waits=False,
        ),
    }
)


def risks_of(proposal: Proposal) -> list[str]:
    """Names of the risks that a proposal bears, worst first."""
    return [name for name, risk in RISKS.items() if risk.bears(proposal)]


def must_wait(proposal: Proposal) -> bool:
    """Whether a moderator decides before it goes live: sensitive facts, sensitive needs, new editors, new listings.

    Taking back the name of a person waits for nobody.
    """
    if set(proposal.facts) == {agreements.FACT} and agreements.only_withdraws(
        proposal.before.get(agreements.FACT), proposal.facts[agreements.FACT]
    ):
        return False
    has_sensitive_fact = any(FACTS[name].is_sensitive for name in proposal.facts if name in FACTS)
    return proposal.is_new or has_sensitive_fact or any(RISKS[name].waits for name in risks_of(proposal))


def is_sampled(change_id: UUID) -> bool:
    """Whether a change that goes live at once is one of those that are looked at. Always the same for the same change."""
    return int.from_bytes(hashlib.sha256(change_id.bytes).digest()[:8], "big") % ONE_IN == 0


def is_trusted(who: Viewer | None, organisation_id: UUID) -> bool:
    """Whether plain changes of this person go live at once: an editor who earned it there, or one of our team.

    A moderator who edits for that organisation is judged as its editor: nobody is their own group's moderator.
    """
    if who is None:
        return False
    if not who.can(Permission.LISTING_EDIT, organisation_id=organisation_id):
        return who.can(Permission.MODERATE) or who.can(Permission.SITE_MANAGE)
    return any(one.trusted_at for one in getattr(who, "held", ()) if one.organization_id == organisation_id)
