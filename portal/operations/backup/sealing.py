"""Locking a backup with age, so that the machine that makes it cannot open it. Source: age-encryption.org/v1 (X25519)."""

import os
from pathlib import Path
from typing import BinaryIO

import pyrage

from portal.operations.backup.refusing import Refused

Recipients = list[pyrage.x25519.Recipient]
MARK = b"age-encryption.org/v1\n"
WRONG_KEY = "No matching keys found"
DAMAGED = "The backup is damaged or cut short: what it holds is not what was written. Take another one."


def new_key(path: Path) -> str:
    """Make a key for opening backups in a file that only its owner may read. Gives the recipient. Raises Refused."""
    key = pyrage.x25519.Identity.generate()
    recipient = str(key.to_public())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"# opens backups for {recipient}\n{key}\n")
    except FileExistsError as error:
        raise Refused(f"There is a file {path} already. A key is never overwritten.") from error
    return recipient


def recipients(told: tuple[str, ...]) -> Recipients:
    """The keys to lock with. Raises Refused where there is none."""
    if not told:
        raise Refused(
            "PORTAL_BACKUP_RECIPIENTS is missing: backups are kept encrypted. Make a key with: portal backup-key FILE"
        )
    return [pyrage.x25519.Recipient.from_str(one) for one in told]


def is_recipient(told: str) -> bool:
    """Whether a text is the public half of a key."""
    try:
        pyrage.x25519.Recipient.from_str(told)
    except pyrage.RecipientError:
        return False
    return True


def lock(plain: BinaryIO, sealed: BinaryIO, to: Recipients) -> None:
    """Write what these recipients, and nobody else, can open."""
    pyrage.encrypt_io(plain, sealed, to)


def unlock(sealed: BinaryIO, plain: BinaryIO, key: Path) -> None:
    """Write what a backup holds, whole and untouched. Raises Refused."""
    identities = _identities(key)
    if sealed.read(len(MARK)) != MARK:
        raise Refused("This file is no backup: it does not begin as one.")
    sealed.seek(0)
    try:
        pyrage.decrypt_io(sealed, plain, identities)
    except pyrage.DecryptError as error:
        if str(error) == WRONG_KEY:
            raise Refused(f"The key in {key} does not open this backup: it was made for another key.") from error
        raise Refused(DAMAGED) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise Refused(DAMAGED) from error


def _identities(key: Path) -> list[pyrage.x25519.Identity]:
    try:
        lines = key.read_text(encoding="ascii").splitlines()
        found = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.strip() and line[0] != "#"]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise Refused(f"{key} holds no key that opens backups.") from error
    if not found:
        raise Refused(f"{key} holds no key that opens backups.")
    return found
