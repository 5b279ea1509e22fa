"""Why a change is given back or refused: a name for the log, a label for moderators, and words for its author to start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Reason:
    """`words` may be changed before they are sent."""

    label: LazyString
    words: LazyString


SEND_BACK: Mapping[str, Reason] = MappingProxyType(
    {
        "unclear": Reason(
            _l("Not clear what is meant"),
            _l("We could not tell what readers should understand. Please say it in plain words and send it again."),
        ),
        "contact": Reason(
            _l("We could not confirm the contact"),
            _l(
                "We phoned the number that we have and could not confirm the new one. Please phone us, or ask your lead to."
            ),
        ),
        "missing": Reason(
            _l("Something is missing"),
            _l(
                "Something that people need to know is missing, such as the day, the cost or how to join. Please add it."
            ),
        ),
        "claim": Reason(
            _l("Promises too much"),
            _l("Please leave out words that promise a cure or a result, and say what happens when somebody comes."),
        ),
        "person": Reason(
            _l("Names a person"),
            _l("Please leave out people's names and private numbers. Say the role, such as “the group's leader”."),
        ),
    }
)
REJECT: Mapping[str, Reason] = MappingProxyType(
    {
        "not_a_group": Reason(
            _l("Not something for this directory"),
            _l("This directory lists support and groups that people can join. This does not belong in it."),
        ),
        "not_here": Reason(
            _l("Not in our area"), _l("This is outside the area that we cover. The council there may have a directory.")
        ),
        "double": Reason(
            _l("Already listed"), _l("This is in the directory already. You can claim that listing and change it.")
        ),
        "untrue": Reason(
            _l("Not true, as far as we can tell"),
            _l("We asked the group and were told otherwise, so we left the listing as it is."),
        ),
        "unsafe": Reason(
            _l("Could put people at risk"),
            _l("We cannot publish this, because it could put somebody at risk. Please phone us to talk it over."),
        ),
    }
)
