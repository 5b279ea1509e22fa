"""The queues of moderators, as one table: what each holds and what it is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Tab:
    """One queue. `kinds`: the kinds of change requests in it, if it holds any."""

    label: LazyString
    kinds: tuple[str, ...] = ()


TABS: Mapping[str, Tab] = MappingProxyType(
    {
        "new": Tab(_l("New"), ("new", "claim")),
        "changes": Tab(_l("Changes"), ("change", "close", "reopen")),
        "reports": Tab(_l("Reports")),
        "duplicates": Tab(_l("Possible duplicates")),
        "checks": Tab(_l("Overdue checks")),
    }
)


def tab_of(kind: str) -> str:
    """The queue that a change of this kind stands in."""
    return next(name for name, tab in TABS.items() if kind in tab.kinds)
