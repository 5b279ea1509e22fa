"""Places in pages where words, or a question, can be tried in one neighbourhood: a table.

Recipe: docs/recipes/add-a-trial-slot.md.

A slot is in use where a template asks for it: `words_here("<key>", here)` or `question_here("<key>", here)`. Nothing that keeps
people safe is a slot: urgent help, what is private, what does not go to a doctor.
"""

from dataclasses import dataclass
from typing import Literal

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Slot:
    """One place in pages. `default`: what stands there everywhere else, as it is translated; none where nothing does.

    `kind`: "words" or "question". `longest`: letters of the words, or of the question.
    """

    label: LazyString
    where: LazyString
    kind: Literal["words", "question"] = "words"
    default: LazyString | None = None
    longest: int = 80


SLOTS: dict[str, Slot] = {
    "search-label": Slot(
        _l("The question above the search box"),
        _l("On pages of results, where somebody searches near a place in the neighbourhood"),
        default=_l("What do you need help with?"),
    ),
    "link-worker-line": Slot(
        _l("The line about link workers"),
        _l("On the page of the neighbourhood, under “Talk to a link worker”"),
        default=_l(
            "A link worker is someone at your GP practice who helps you find local support. Ask at your practice's front desk."
        ),
        longest=240,
    ),
    "link-worker-link": Slot(
        _l("The link to ask a link worker"),
        _l("Where a search near a place in the neighbourhood found nothing"),
        default=_l("Ask a link worker to help you find something"),
        longest=100,
    ),
    "tell-us-title": Slot(
        _l("The title above “Tell us what you were looking for”"),
        _l("Where a search near a place in the neighbourhood found nothing"),
        default=_l("Tell us what you were looking for"),
    ),
    "listing-line": Slot(
        _l("A line above how to get in touch"),
        _l("On pages of listings with a public place in the neighbourhood"),
        longest=240,
    ),
    "neighbourhood-question": Slot(
        _l("A question to visitors"),
        _l("On the page of the neighbourhood, below the week"),
        kind="question",
        longest=160,
    ),
    "results-question": Slot(
        _l("A question after a search that found nothing"),
        _l("Where a search near a place in the neighbourhood found nothing"),
        kind="question",
        longest=160,
    ),
}
"""By key, which is kept in the database and is never renamed."""

FEWEST_ANSWERS, MOST_ANSWERS = 2, 6
LONGEST_ANSWER = 80


def slot_label(key: str) -> str:
    """What a slot is called, in the reader's language; its key where it is gone."""
    return str(SLOTS[key].label) if key in SLOTS else key
