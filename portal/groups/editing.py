"""Editing one fact of one listing: what stands, what was kept for later, what saving will do, and saving."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.changes import actions, agreements, queries, risks
from portal.changes.facts import FACTS, Fact, is_about_sensitive, read_all
from portal.changes.models import ChangeRequest, Facts
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory.details import Details, details_of
from portal.directory.listings import Listing
from portal.directory.models import Service
from portal.directory.queries import listing as listing_of
from portal.directory.showing import Shown, shown
from portal.groups.listings import edits_for, listing_for


@dataclass(frozen=True)
class Editing:
    """One fact on its page. `open`: a draft of this person, or what was sent back to them, that holds it."""

    service: Service
    fact: Fact
    standing: Any
    open: ChangeRequest | None
    waiting: ChangeRequest | None

    @property
    def value(self) -> Any:
        """What the form begins with: what was kept for later, else what stands."""
        return self.open.facts[self.fact.name] if self.open else self.standing

    @property
    def has_moved(self) -> bool:
        """Whether somebody changed the fact since it was kept for later: then both are to be seen."""
        if self.open is None or self.open.base_version == self.service.version:
            return False
        seen = queries.facts_at(self.service.id, self.open.base_version or 0)
        return seen is None or (seen.get(self.fact.name) or None) != (self.fact.read(self.service) or None)


@dataclass(frozen=True)
class Preview:
    """A listing as the public would see it."""

    listing: Listing
    details: Details
    facts: Shown


def begin(who: Viewer, service_id: UUID, name: str, *, typed: bool = False) -> Editing:
    """The fact of a listing that somebody may change. Raises NotFound, and NotYours where it was typed."""
    service = listing_for(who, service_id, typed=typed)
    several = queries.changes_of(service.id)
    mine = [one for one in several if one.by_user_id == who.id and one.state in {"draft", "sent_back"}]
    return Editing(
        service=service,
        fact=FACTS[name],
        standing=standing_of(service, name),
        open=next((one for one in mine if name in one.facts), None),
        waiting=next((one for one in several if one.state == "waiting" and name in one.facts), None),
    )


def standing_of(service: Service, name: str) -> Any:
    """The value of a fact as its form begins with it: of the ways, a row for each place."""
    value = FACTS[name].read(service)
    if name == "delivery":
        return {str(one.id): (value or {}).get(str(one.id), []) for one in service.service_at_locations}
    return value


def will_wait(service: Service, names: list[str], who: Viewer) -> str | None:
    """Why a change of these facts would wait for a moderator, as a sentence; None where it goes live at once."""
    needs = {"needs": FACTS["needs"].read(service)}
    trusted = risks.is_trusted(who, service.organization_id)
    proposal = risks.Proposal(dict.fromkeys(names), needs, trusted)
    if not risks.must_wait(proposal):
        return None
    if not edits_for(who, service):
        return _("Another moderator looks at it before the public sees it, because nobody approves their own change.")
    if not trusted:
        return _("A moderator looks at it before the public sees it, because you are new here.")
    if is_about_sensitive(needs["needs"] or ()):
        return _("A moderator looks at it before the public sees it, because this listing is about something private.")
    return _("A moderator looks at it before the public sees it, because people rely on this most.")


def save(editing: Editing, value: Any, *, by: Viewer, base_version: int, key: str | None) -> ChangeRequest:
    """Send a fact: live or waiting. What was kept for later of it is used up. Raises Clash."""
    name, draft = editing.fact.name, editing.open
    if draft is not None and set(draft.facts) == {name}:
        actions.save_draft(editing.service, {name: value}, by=by, base_version=base_version, change=draft)
        draft.base_version = base_version
        return actions.submit(draft, by=by, key=key)
    change = actions.propose(editing.service, {name: value}, by=by, base_version=base_version, key=key)
    if draft is not None:
        draft.facts = {other: told for other, told in draft.facts.items() if other != name}
    return change


def keep(editing: Editing, value: Any, *, by: Viewer, base_version: int) -> ChangeRequest:
    """Keep a fact for later, together with others of this person and listing that wait to be sent."""
    several = queries.changes_of(editing.service.id, ("draft",))
    own = next((one for one in several if one.by_user_id == by.id and one.kind == "change"), None)
    return actions.save_draft(
        editing.service, {editing.fact.name: value}, by=by, base_version=base_version, change=editing.open or own
    )


def preview(service: Service, facts: Facts) -> Preview:
    """The listing as it would be with these facts. Written, read as the public reads it, and taken back; nothing is saved."""
    service_id = service.id
    tried = db.session.begin_nested()
    try:
        for name, value in facts.items():
            FACTS[name].write(service, value)
        db.session.flush()
        found = listing_of(service_id)
        assert found is not None
        details = details_of(found)
        return Preview(found, details, shown(found, details))
    finally:
        tried.rollback()


def copy(service: Service, *, by: Viewer, key: str) -> ChangeRequest:
    """A draft of a new listing with the facts of this one, without what is true of this one alone."""
    if (known := queries.change_of_key(key)) is not None:
        return known
    told = {name: value for name, value in read_all(service).items() if value and name not in {"space", "alert"}}
    if agreements.FACT in told:
        told[agreements.FACT] = agreements.only_standing(told[agreements.FACT], None)
    return actions.begin_new(service.organization_id, _elsewhere(told), by=by, key=key)


def _elsewhere(facts: Facts) -> Facts:
    """Facts whose places are new ones, wherever they are named."""
    text = json.dumps(facts)
    for place in facts.get("place", ()):
        text = text.replace(place["id"], str(new_id()))
    told: Facts = json.loads(text)
    return told
