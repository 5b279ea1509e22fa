"""What a source says of one service, as far as it is certain: the one list of facts.

A field of `Facts` that is named as a column of `service` is saved and changed by itself; so is one that is named as a
relation of it and holds parts. The others name their kind in `portal/importing/kinds.py`. A new fact is a field here and
a line in each reader that can tell it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from portal.core.extensions import Base
from portal.directory.models import Attribute
from portal.importing.parts import Contact, CostOption, Funding, Language, Place, Schedule, ServiceArea
from portal.organisations.models import OrganizationIdentifier


@dataclass(frozen=True)
class Identifier:
    """A number in a register. `scheme` is a code of org-id.guide, `kind` what people call it."""

    number: str
    kind: str
    scheme: str | None = None
    own_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Organisation:
    """Who offers a service. `is_own`: the source named nobody, so the listing stands for itself.

    `key` is the id that the source gives it, `parent_key` that of the body above it. `register` says which of the numbers
    tell it apart from every other body: scheme and number.
    """

    name: str
    is_own: bool = False
    key: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    register: tuple[tuple[str, str], ...] = ()
    description: str | None = None
    email: str | None = None
    website: str | None = None
    logo: str | None = None
    uri: str | None = None
    lang: str = "en"
    parent_key: str | None = None
    own_id: UUID | None = field(default=None, compare=False)
    own_parent_id: UUID | None = field(default=None, compare=False)

    SHARED: ClassVar[tuple[str, ...]] = ("description", "email", "website", "logo", "uri", "lang")
    """Columns that all listings of the organisation share."""


@dataclass(frozen=True)
class Vocabulary:
    """A taxonomy that a term comes from; `uri` tells it apart from all others, else its name does within the source."""

    uri: str | None
    name: str
    description: str
    version: str | None = None
    own_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Term:
    """A word that a source puts on a listing. Without a vocabulary it is one of the source's own.

    `key` is the id that the source gives it, `parent_key` that of the term above it. `link_id`: the id of what ties it to the
    listing.
    """

    code: str
    name: str
    description: str | None = None
    vocabulary: Vocabulary | None = None
    uri: str | None = None
    taxonomy: str | None = None
    key: str | None = None
    parent_key: str | None = None
    own_id: UUID | None = field(default=None, compare=False)
    own_parent_id: UUID | None = field(default=None, compare=False)
    link_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Space:
    """Whether there is space, and when that was said. Fields are columns of a service."""

    space_state: str | None = None
    space_weeks: int | None = None
    space_full_until: date | None = None
    space_said_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """The facts of one listing. `metadata["label"]`: what a fact is called in results, where not as its field.

    `own_id` is no fact, here nor above: ids that a portal like this one told (`kept_ids.py`). `need_links`: those of what ties
    our needs to the listing.
    """

    name: str
    organisation: Organisation
    description: str | None = None
    summary: str | None = None
    lang: str = "en"
    url: str | None = None
    email: str | None = None
    status: str = "active"
    alert: str | None = None
    fees: str | None = None
    accreditations: str | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    who_for: str | None = None
    audiences: tuple[str, ...] = ()
    excluded_audiences: tuple[str, ...] = ()
    anyone_welcome: bool | None = None
    bring_someone: bool | None = None
    first_visit: tuple[str, ...] = ()
    how_to_join: str | None = None
    joining: tuple[str, ...] = ()
    space: Space = Space()
    contacts: tuple[Contact, ...] = field(default=(), metadata={"label": "phones"})
    languages: tuple[Language, ...] = ()
    cost_options: tuple[CostOption, ...] = field(default=(), metadata={"label": "price"})
    service_areas: tuple[ServiceArea, ...] = ()
    funding: tuple[Funding, ...] = ()
    places: tuple[Place, ...] = field(default=(), metadata={"label": "place"})
    opening_text: str | None = field(default=None, metadata={"label": "opening"})
    schedules: tuple[Schedule, ...] = field(default=(), metadata={"label": "opening"})
    tags: tuple[Term, ...] = ()
    needs: tuple[str, ...] = ()
    need_links: Mapping[str, UUID] = field(default_factory=dict, compare=False)

    @property
    def links(self) -> Iterator[tuple[type[Base], UUID]]:
        """Ids that were told beside those of parts, each with its table."""
        for own_id in (*self.need_links.values(), *(term.link_id for term in self.tags)):
            if own_id is not None:
                yield Attribute, own_id
        for identifier in self.organisation.identifiers:
            if identifier.own_id is not None:
                yield OrganizationIdentifier, identifier.own_id

    def __getitem__(self, name: str) -> Any:
        """The fact of that name."""
        return getattr(self, name)
