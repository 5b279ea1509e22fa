"""Passwords: argon2id hashes, and which passwords are too easy. Source: `docs/assurance.md` A6, RFC 9106.

A check takes about a tenth of a second and much memory, so only a few run at once: whoever comes when others are in hand is asked
to come back, before anything was done. Pages that only read go on: hashing lets go of the interpreter and holds no lock.
"""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts import steps
from portal.accounts.models import User
from portal.core.brand import Brand
from portal.core.errors import DomainError, TooManyRequests
from portal.core.extensions import db, settings
from portal.organisations.models import Organization

SHORTEST = 12
LONGEST = 200
ROUNDS = 2
AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
STRANGERS, KNOWN = 2, 1
"""How many sign-ins a process has in hand at most, from devices that are not known and from those that are. It has four threads,
so one always reads, and whoever is known somewhere is not kept out by a flood from elsewhere."""
WAIT_SECONDS = 2.0
RETRY_SECONDS = 5
EASY = 6.0
"""Fewer guesses than ten to this power are too few."""
LEFT = 6
"""So many letters must be left of a password once names are taken out of it."""
READ_BY_ESTIMATE = 72
OUR_WORDS = ("hereabouts", "neighbourhood", "directory", "portal")

_hashing = BoundedSemaphore(AT_ONCE)
_strangers = BoundedSemaphore(STRANGERS)
_known = BoundedSemaphore(KNOWN)


class Busy(TooManyRequests):
    """Too many passwords are being checked at this moment."""

    status = 503


class EasyPassword(DomainError):
    """A password that may not be chosen."""


@dataclass(frozen=True)
class Checked:
    """Whether a password is right, and its hash by today's parameters where the one kept is of older ones."""

    is_right: bool
    renewed: str | None = None


def hashed(password: str) -> str:
    """The hash of a password. Raises Busy."""
    with _turn():
        return _hasher(settings().password_memory).hash(_normal(password))


def check(password: str, kept: str | None) -> Checked:
    """Compare with the hash that is kept. Where there is none the same work is done, and the answer is no. Raises Busy."""
    hasher = _hasher(settings().password_memory)
    with _turn():
        try:
            hasher.verify(kept or _of_nobody(settings().password_memory), _normal(password))
        except (VerificationError, InvalidHashError):
            return Checked(False)
    if kept is None:
        return Checked(False)
    return Checked(True, hashed(password) if hasher.check_needs_rehash(kept) else None)


def problem_with(password: str, own_words: Iterable[str] = ()) -> str | None:
    """Why this password may not be chosen, as a sentence, or None. `own_words`: names and addresses that belong to them."""
    if len(password) < SHORTEST:
        return _("Use 12 characters or more. Three or four words that have nothing to do with each other work well.")
    if len(password) > LONGEST:
        return _("Use 200 characters or fewer.")
    if _is_common(password):
        return _("This password is one of the most used. Choose another.")
    own = [*OUR_WORDS, *own_words]
    if _is_own(password, own) or _guesses(password, own) < EASY:
        return _("This password is easy to guess: it is close to a common one, or to a name of yours or ours.")
    return None


def set_password(user: User, password: str) -> None:
    """Give a user a new password; sign-ins that began with the old one end. Raises EasyPassword, and Busy."""
    if (sentence := problem_with(password, words_of(user))) is not None:
        raise EasyPassword(sentence)
    user.password_hash = hashed(password)
    steps.end_all(user.id)


def words_of(user: User) -> list[str]:
    """What somebody who knows a user would try first: their names, their organisations', and this service's."""
    ids = [one.organization_id for one in user.held if one.organization_id]
    names = db.session.scalars(select(Organization.name).where(Organization.id.in_(ids))) if ids else ()
    brand: Brand = current_app.extensions["portal.brand"]
    return own_words(user.name, user.email.partition("@")[0], brand.name, *names)


def own_words(*texts: str) -> list[str]:
    """The words of names and addresses that somebody would try first."""
    words = {part for text in texts for part in _letters(text).split() if len(part) > 2}
    return sorted({*words, *(_letters(text).replace(" ", "") for text in texts)} - {""})


@contextmanager
def admitted(*, is_known: bool) -> Iterator[None]:
    """A place for one sign-in from the counting to the note of it. Raises Busy at once where too many are in hand."""
    places = _known if is_known else _strangers
    if not places.acquire(blocking=False):
        raise _busy()
    try:
        yield
    finally:
        places.release()


@contextmanager
def _turn() -> Iterator[None]:
    """The processor, for one hash. Raises Busy where the wait is long."""
    if not _hashing.acquire(timeout=WAIT_SECONDS):
        raise _busy()
    try:
        yield
    finally:
        _hashing.release()


def _busy() -> Busy:
    return Busy(
        _("Many people are signing in right now. Wait a few seconds, then try again."), wait_seconds=RETRY_SECONDS
    )


@lru_cache(maxsize=4)
def _hasher(megabytes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=ROUNDS, memory_cost=megabytes * 1024, parallelism=1)


@lru_cache(maxsize=4)
def _of_nobody(megabytes: int) -> str:
    """A hash that belongs to no account, so that an unknown address costs as much as a known one."""
    return _hasher(megabytes).hash("nobody has this password")


def _normal(password: str) -> str:
    """The same password, however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def _is_common(password: str) -> bool:
    plain = password.casefold()
    return plain in _common() or plain.rstrip("0123456789!?.@#$*-_ ") in _common()


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def _is_own(password: str, own: Iterable[str]) -> bool:
    """Whether little is left of a password without names and figures."""
    before = rest = "".join(letter for letter in password.casefold() if letter.isalpha())
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < LEFT and rest != before


def _guesses(password: str, own: Iterable[str]) -> float:
    """About how many guesses it takes, as a power of ten. Source: zxcvbn (Wheeler 2016)."""
    from zxcvbn import zxcvbn

    estimate = zxcvbn(password[:READ_BY_ESTIMATE], user_inputs=list(own))
    return float(estimate["guesses_log10"])


def _letters(text: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in text.casefold())
