"""The one queue of words that people typed, which nobody beyond moderators sees until somebody has cleared them.

A feature that keeps such words registers its kind here when it is imported: how to list what waits, how to find one, and what to
do when it is decided. Kinds: what visitors say (`said`), what people write after a first visit (`helped`), and whatever features
above register: needs that nothing met (`portal.unmet`), gaps that teams tell of (`portal.huddles`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask_babel.speaklater import LazyString

from portal.core.viewer import Viewer

MOST = 200
"""So many of each kind are listed: the oldest."""


@dataclass(frozen=True)
class Item:
    """Words that wait. `words` as they were typed; what a moderator sees of them is masked.

    `about` says in a line what they are about, `place` where, as far as it is known; `since` when they came, None where that is
    not kept. `path`: a page of ours, and `page` what it is called. `has_contact`: somebody waits for an answer. `may_show`: they
    may be quoted.
    """

    kind: str
    id: UUID
    words: str
    about: str
    place: str = ""
    since: date | None = None
    path: str | None = None
    page: str = ""
    has_contact: bool = False
    may_show: bool = False
    area: str | None = None
    neighbourhood_id: UUID | None = None


@dataclass(frozen=True)
class Decision:
    """What a moderator decided. `words`: what may be shown, as they left it; None: put aside, shown to nobody.

    `theme_id`, `answer`: of kinds that have themes and answers.
    """

    words: str | None
    theme_id: UUID | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Cleared:
    """Words as a moderator left them, for who plans. `about` and `place` as in `Item`; `since` None where no day is kept."""

    words: str
    about: str
    place: str = ""
    since: date | None = None


Areas = frozenset[str] | None
"""Slugs of sets and councils' codes. None: all."""


@dataclass(frozen=True)
class Kind:
    """One kind of words. `waiting` lists what waits in the viewer's areas, oldest first, at most `MOST`; `decide` keeps a
    decision about one of these and gives False where it was decided already. `has_themes`: they can be answered in public.
    `cleared` lists what was cleared in some areas, newest first, at most `MOST`, where who plans reads it on this page.
    """

    name: str
    label: LazyString
    waiting: Callable[[Viewer], Sequence[Item]]
    decide: Callable[[UUID, Decision, Viewer], bool]
    has_themes: bool = False
    cleared: Callable[[Areas], Sequence[Cleared]] | None = None


@dataclass
class _Registered:
    kinds: dict[str, Kind] = field(default_factory=dict)


_registered = _Registered()


def register(kind: Kind) -> None:
    """Make words of this kind wait in the queue. Registering the same name again takes its place."""
    _registered.kinds[kind.name] = kind


def kinds() -> Sequence[Kind]:
    """Every kind, in the order in which they were registered."""
    return tuple(_registered.kinds.values())


def kind_named(name: str) -> Kind | None:
    """The kind with this name."""
    return _registered.kinds.get(name)


def waiting(viewer: Viewer, only: str | None = None) -> list[Item]:
    """What waits for this viewer, oldest first; what has no day comes last."""
    found = [item for kind in kinds() if only in {None, kind.name} for item in kind.waiting(viewer)]
    return sorted(found, key=lambda item: (item.since or date.max, item.kind, str(item.id)))


def one(viewer: Viewer, name: str, item_id: UUID) -> Item | None:
    """One that waits, of those in the viewer's areas."""
    kind = kind_named(name)
    return next((item for item in kind.waiting(viewer) if item.id == item_id), None) if kind else None


def cleared(areas: Areas) -> list[tuple[Kind, Sequence[Cleared]]]:
    """What was cleared in some areas, by its kind."""
    return [(kind, kind.cleared(areas)) for kind in kinds() if kind.cleared is not None]
