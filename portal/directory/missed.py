"""Searches that found nothing or little: counted by need, postcode district, hour and language, with ordinary words apart.

Nothing of who searched is kept, and nothing that leads from one search to another. A page notes lines as `portal.core.tallies`
says; the worker folds them in. Words are encrypted before they are noted. Source: docs/searches.md, decision 61.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import structlog
from cryptography.fernet import InvalidToken
from flask import request
from sqlalchemy import delete, func, select

from portal.core import clock, tallies
from portal.core.database import put_into
from portal.core.encryption import box
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.plain import one_line
from portal.directory import counting
from portal.directory.finding import FEW
from portal.directory.found import Found
from portal.directory.models import MissedSearch, MissedWords
from portal.directory.models.searches import MissedKind
from portal.directory.needs import NEEDS
from portal.directory.querying import guesses_of
from portal.directory.scrubbing import is_intimate, scrubbed

log = structlog.get_logger()

FOLDER, WORDS_FOLDER = "missed", "missed-words"
NOTHING = "-"
"""In a line: what was not understood, or is not kept. In the tables that is empty."""
MOST_NEEDS = 3
MOST_AN_HOUR = 40
"""Of one need, district, language and kind: what is more than that comes from no people."""
MOST_WORDS_A_DAY = 5_000
LONGEST_TOKEN = 2_000
WORDS_KEPT_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=366)
KINDS: frozenset[str] = frozenset(get_args(MissedKind))


def note(found: Found, *, page: int) -> None:
    """Note what this search missed, if it did. `page` of the results was asked for: the first alone counts.

    Whatever goes wrong, the page of results is not harmed.
    """
    try:
        kind = kind_of(found) if page == 1 else None
        if kind is None or counting.is_machine() or is_repeated(found):
            return
        _note(found, kind)
    except Exception as error:
        log.warning("missed.not_noted", error=type(error).__name__)


def kind_of(found: Found) -> MissedKind | None:
    """Whether a search found nothing ("none") or little that fits ("poor"). None where all is well or nothing was looked for."""
    asked = found.request
    is_search = bool(asked.words or asked.chosen("topic"))
    if found.errors or found.understanding.intent != "find" or not is_search:
        return None
    if not found.total:
        return "none"
    return "poor" if found.is_relaxed or found.total < FEW or found.loosened else None


@job("missed.fold")
def fold() -> None:
    """Add up what was noted since the last time."""
    with (
        tallies.added_up(FOLDER, parts=5) as searches,
        tallies.added_up(WORDS_FOLDER, parts=4, longest=LONGEST_TOKEN) as words,
    ):
        _fold_searches(searches)
        _fold_words(words)
        db.session.commit()


@job("missed.tidy")
def tidy() -> None:
    """Forget words after 30 days, and the rest after a year."""
    db.session.execute(delete(MissedWords).where(MissedWords.day < clock.today() - WORDS_KEPT_FOR))
    db.session.execute(delete(MissedSearch).where(MissedSearch.hour < clock.now() - KEPT_FOR))


def _note(found: Found, kind: MissedKind) -> None:
    asked, is_urgent = found.request, bool(found.understanding.urgent)
    needs = tuple(dict.fromkeys((*guesses_of(asked, found.understanding).needs, *asked.chosen("topic"))))[:MOST_NEEDS]
    hour = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    district = found.place.sector.partition(" ")[0] if found.place else ""
    language = NOTHING if is_urgent else asked.language
    for need in needs if needs and not is_urgent else (NOTHING,):
        tallies.note(FOLDER, hour.isoformat(), district or NOTHING, need, language, kind)
    if found.is_sensitive or is_intimate(asked.words) or not (words := scrubbed(asked.words)):
        return
    token = box().encrypt(words.encode()).decode("ascii")
    tallies.note(WORDS_FOLDER, hour.date().isoformat(), needs[0] if needs else NOTHING, uuid4().hex, token)


def is_repeated(found: Found) -> bool:
    """Whether the same search is shown again: reloaded, fetched ahead, or with another filter, order or view.

    Told by this request alone: its browser says from which page it comes, and that it is loading anew.
    """
    if request.headers.get("Sec-Purpose") or request.cache_control.max_age == 0:
        return True
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or before.path != f"{request.script_root}{request.path}":
        return False
    said, asked = parse_qs(before.query), found.request
    words, near = (one_line(said.get(name, [""])[0]) for name in ("q", "near"))
    return (words, near, set(said.get("topic", ()))) == (asked.words, asked.near, set(asked.chosen("topic")))


def _fold_searches(noted: Counter[tuple[str, ...]]) -> None:
    for (told, district, need, language, kind), count in noted.items():
        hour = _hour(told)
        if (
            hour is None
            or kind not in KINDS
            or len(district) > 4
            or len(language) > 35
            or need not in {NOTHING, *NEEDS}
        ):
            continue
        values = {
            "hour": hour, "district": _plain(district), "need": _plain(need), "language": _plain(language), "kind": kind,
            "count": min(count, MOST_AN_HOUR),
        }  # fmt: skip
        put = put_into(db.session(), MissedSearch).values(values)
        least = func.least if db.engine.dialect.name == "postgresql" else func.min
        sum_of_both = least(MissedSearch.count + put.excluded.count, MOST_AN_HOUR)
        keys = ["hour", "district", "need", "language", "kind"]
        db.session.execute(put.on_conflict_do_update(index_elements=keys, set_={"count": sum_of_both}))


def _fold_words(noted: Counter[tuple[str, ...]]) -> None:
    """Each line has an id of its own, so that one that is folded twice is kept once. In the order of the ids, which is none."""
    room: dict[Any, int] = {}
    for (told, need, line_id, token), _count in sorted(noted.items(), key=lambda one: one[0][2]):
        day, words = tallies.day_of(told), _opened(token)
        if day is None or words is None or not _is_id(line_id) or need not in {NOTHING, *NEEDS}:
            continue
        if day not in room:
            kept = db.session.scalar(select(func.count()).select_from(MissedWords).where(MissedWords.day == day))
            room[day] = MOST_WORDS_A_DAY - (kept or 0)
        if room[day] <= 0:
            continue
        room[day] -= 1
        values = {"id": UUID(line_id), "day": day, "need": _plain(need), "words": words}
        put = put_into(db.session(), MissedWords).values(values)
        db.session.execute(put.on_conflict_do_nothing(index_elements=["id"]))


def _plain(told: str) -> str:
    return "" if told == NOTHING else told


def _hour(told: str) -> datetime | None:
    try:
        hour = datetime.fromisoformat(told)
    except ValueError:
        return None
    return hour if hour.tzinfo is not None and (hour.minute, hour.second, hour.microsecond) == (0, 0, 0) else None


def _is_id(told: str) -> bool:
    try:
        return bool(UUID(told))
    except ValueError:
        return False


def _opened(token: str) -> str | None:
    try:
        return box().decrypt(token.encode("ascii", "replace")).decode()
    except (InvalidToken, UnicodeError):
        return None
