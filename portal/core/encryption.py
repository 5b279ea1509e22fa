"""Text that is unreadable in the database: what people tell us about themselves.

Encrypted with the first key of PORTAL_DATA_KEYS, read with any of them, so keys can be changed while the site serves: put the
new key first, let the worker encrypt everything anew, which it does once a day, then take the old one away.
Source: cryptography's Fernet (AES-128-CBC with HMAC) and MultiFernet.
"""

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from portal.core.extensions import settings


class CannotDecrypt(Exception):
    """No key of this instance opens the text: a key was taken away too early, or the text was tampered with."""


class EncryptedText(TypeDecorator[str]):
    """A text column that the database holds encrypted. It cannot be searched or sorted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else box().encrypt(value.encode()).decode("ascii")

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return box().decrypt(str(value).encode("ascii")).decode()
        except (InvalidToken, UnicodeError) as error:
            raise CannotDecrypt from error


class EncryptedJson(EncryptedText):
    """The same for a JSON value. A changed value is put in whole: changes inside it are not noticed."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return super().process_bind_param(None if value is None else json.dumps(value, ensure_ascii=False), dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        told = super().process_result_value(value, dialect)
        return None if told is None else json.loads(told)


class EncryptedBytes(EncryptedText):
    """The same for bytes: the database holds the text of a token, so that keys are renewed and rows are copied as for texts."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else box().encrypt(bytes(value)).decode("ascii")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        try:
            return box().decrypt(str(value).encode("ascii"))
        except (InvalidToken, UnicodeError) as error:
            raise CannotDecrypt from error


def box() -> MultiFernet:
    """The keys of this instance."""
    return _box(settings().data_keys)


def renewed(token: str) -> str:
    """The same text, encrypted with the newest key. Raises CannotDecrypt."""
    try:
        return box().rotate(token.encode("ascii")).decode("ascii")
    except InvalidToken as error:
        raise CannotDecrypt from error


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
