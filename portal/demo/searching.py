"""What the demo's people looked for and did not find in the last three months, and one phrase that its administrator added.

Made once; what is searched since is added to it.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.demo.rows import demo_id
from portal.directory import synonyms
from portal.directory.models import MissedSearch, MissedWords
from portal.directory.models.searches import MissedKind

ADMINISTRATOR = "administrator"
MISSED: Mapping[tuple[str, str, str, MissedKind], int] = {
    ("transport", "LE2", "en", "none"): 34,
    ("transport", "LE3", "en", "none"): 21,
    ("transport", "LE5", "en", "poor"): 12,
    ("home-help", "LE2", "en", "none"): 27,
    ("home-help", "LE4", "ur", "none"): 9,
    ("adult-learning", "LE1", "en", "poor"): 18,
    ("adult-learning", "LE5", "ur", "none"): 11,
    ("befriending", "LE2", "cy", "poor"): 3,
    ("befriending", "LE3", "en", "poor"): 5,
    ("befriending", "LE4", "en", "poor"): 4,
    ("digital", "LE2", "en", "none"): 6,
    ("", "LE2", "en", "none"): 16,
    ("", "", "", "none"): 10,
}
"""Need, district, language and kind, and how often in all."""
WORDS: Mapping[str, int] = {
    "chair yoga": 9,
    "wheelchair repair": 5,
    "lift hospital appointment": 4,
    "pottery": 3,
    "chess": 2,
}
PHRASE = ("en", "warm hub|hubs", "energy")


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    if db.session.scalar(select(MissedSearch.hour).limit(1)) is not None:
        return False
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    for place, ((need, district, language, kind), count) in enumerate(MISSED.items()):
        for turn in range(count):
            back = timedelta(days=1 + (turn * 7 + place * 3) % 84, hours=(turn * 5 + place) % 14)
            key = (hour - back, district, need, language, kind)
            row = db.session.get(MissedSearch, key)
            if row is None:
                row = MissedSearch(hour=key[0], district=district, need=need, language=language, kind=kind, count=0)
                db.session.add(row)
                db.session.flush()
            row.count += 1
    for words, count in WORDS.items():
        for turn in range(count):
            db.session.add(MissedWords(day=clock.today() - timedelta(days=1 + turn * 3 % 28), need="", words=words))
    administrator = db.session.get(User, demo_id("account", ADMINISTRATOR))
    if administrator is not None and not synonyms.every_synonym():
        synonyms.add(synonyms.draft(*PHRASE), by=administrator)
    return True
