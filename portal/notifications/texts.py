"""An administrator's own words in place of ours: which parts there are, what they may hold, and how they are filled in.

Own words are plain text with names in braces, such as "{service}", never a template: they can neither run anything nor lose the
main link of an e-mail, which stands in the layout. A text to a phone has no layout, so its own words must hold "{link}".
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.core.extensions import db
from portal.notifications.models import MessageText

PARTS = ("subject", "words", "sms")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def own_words(name: str, locale: str) -> dict[str, str]:
    """An administrator's words for a message in a language, by part. Empty where ours stand."""
    rows = db.session.execute(
        select(MessageText.part, MessageText.text).where(MessageText.name == name, MessageText.locale == locale)
    )
    return {part: text for part, text in rows}


def filled(text: str, told: Mapping[str, Any]) -> str:
    """Own words with what each name stands for. A name that is not there is left as it is written."""
    return PLACEHOLDER.sub(lambda found: str(told.get(found[1], found[0])), text)
