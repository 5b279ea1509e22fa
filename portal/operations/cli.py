"""Commands for the person who runs the portal: `upgrade`, `doctor`, `copy`, `backup`, `restore`, `renew-keys`."""

import os
import sys
from pathlib import Path

import click

from portal.core.commands import current_application, json_option, progress, refuse, say_json, with_app
from portal.core.extensions import settings as current_settings
from portal.operations import doctor as examining
from portal.operations import renewing, upgrading
from portal.operations.backup import keeping, making, restoring, sealing
from portal.operations.backup.refusing import Refused as BackupRefused
from portal.operations.copying import speaking
from portal.operations.copying.copying import copy as copying
from portal.operations.copying.target import Refused, WrongAddress

NICE = 4
"""A backup gives way to pages, but not so far that on a busy machine it takes longer than until the next: at 10 it did."""


@click.command("upgrade")
@json_option
@with_app
def upgrade(as_json: bool) -> None:
    """Migrate the database, load geography, bring the search index up to date. Safe to repeat."""
    before = upgrading.revision()
    told: list[str] = []
    upgrading.upgrade(told.append if as_json else click.echo)
    if as_json:
        say_json({"before": before, "revision": upgrading.revision(), "done": told})


@click.command("doctor")
@click.option("--deploy", is_flag=True, help="Look at what a production start needs, too.")
@json_option
@with_app
def doctor(deploy: bool, as_json: bool) -> None:
    """Say what is well and what is not, one line each. Exit 1 if anything is bad."""
    found = examining.examine(deploy=deploy)
    for check in found:
        if as_json:
            say_json({"check": check.name, "good": check.is_good, "sentence": check.sentence})
        else:
            mark = "good" if check.is_good else "BAD " if check.is_vital else "note"
            click.echo(f"{mark}  {check.name}: {check.sentence}")
    sys.exit(0 if all(check.is_good or not check.is_vital for check in found) else 1)


@click.command("copy")
@click.option(
    "--to", "address", required=True, metavar="URL", help="The other database: postgresql+psycopg:// or sqlite:///."
)
@json_option
@with_app
def copy(address: str, as_json: bool) -> None:
    """Move this instance to another database. Can be stopped at any time and run again. Changes nothing here."""
    try:
        with progress("Copying") as step:
            copied = copying(address, step)
    except WrongAddress as problem:
        raise click.BadParameter(str(problem), param_hint="--to") from problem
    except Refused as problem:
        refuse(str(problem))
    for line in speaking.as_json(copied) if as_json else ():
        say_json(line)
    for sentence in () if as_json else speaking.in_words(copied):
        click.echo(sentence)
    if not copied.is_equal:
        refuse(speaking.why_not(copied))


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--thin", is_flag=True, help="FILE is a folder: keep the last day's, then one a day for 35 days.")
@json_option
@with_app
def backup(file: Path, thin: bool, as_json: bool) -> None:
    """Write an encrypted backup to FILE, or into the folder FILE under the present time. The site goes on serving."""
    if thin and not file.is_dir():
        raise click.BadParameter("with --thin, FILE must be a folder that is there.", param_hint="FILE")
    os.nice(NICE)
    try:
        with progress("Backing up") as step:
            made = making.make(file, step)
    except BackupRefused as problem:
        refuse(str(problem))
    gone = keeping.thin(file) if thin else []
    if as_json:
        say_json({"file": made.path, "bytes": made.size, "sha256": made.digest, "rows": made.contents.rows,
                  "files": len(made.contents.files), "audit": made.contents.audit[0], "removed": len(gone)})  # fmt: skip
        return
    held = f"{made.contents.rows:,} rows and {len(made.contents.files):,} files"
    click.echo(f"{made.path} holds {held}, as of {made.contents.made_at}: {made.size:,} bytes.")
    click.echo(f"SHA-256 {made.digest}")


@click.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup_key(file: Path, as_json: bool) -> None:
    """Make a key that opens backups, in the new FILE. Keep that file away from the machine that makes them."""
    try:
        recipient = sealing.new_key(file)
    except BackupRefused as problem:
        refuse(str(problem))
    if as_json:
        say_json({"file": file, "recipient": recipient})
    else:
        click.echo(f"{file} opens what is backed up with:\nPORTAL_BACKUP_RECIPIENTS={recipient}")


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file of backup-key.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="Folder in place of PORTAL_INSTANCE.")
@json_option
def restore(file: Path, key: Path, into: Path | None, as_json: bool) -> None:
    """Make an empty instance what it was when FILE was written, and bring it up to date. Refuses one that is in use."""
    if into is not None:
        os.environ["PORTAL_INSTANCE"] = str(into)
    try:
        with current_application().app_context(), progress("Restoring") as step:
            restored = restoring.restore(file, key, _hushed if as_json else click.echo, step)
    except BackupRefused as problem:
        refuse(str(problem))
    if as_json:
        say_json({"rows": restored.contents.rows, "files": len(restored.contents.files), "made_at": restored.contents.made_at,
                  "entries": restored.entries, "first_broken": restored.broken.number if restored.broken else None,
                  "problems": [{"check": one.name, "sentence": one.sentence} for one in restored.problems]})  # fmt: skip
    for check in () if as_json else restored.problems:
        click.echo(f"BAD   {check.name}: {check.sentence}")
    if restored.broken is not None:
        refuse(f"The audit chain does not hold at entry {restored.broken.number:,} ({restored.broken.how}).")
    if restored.problems:
        refuse("The rows are back, but this must be put right before the site serves.")
    if not as_json:
        click.echo(f"The audit chain holds: {restored.entries:,} entries. Start portal serve and portal worker.")


@click.command("renew-keys")
@json_option
@with_app
def renew_keys(as_json: bool) -> None:
    """Encrypt everything anew with the first of PORTAL_DATA_KEYS, while the site serves. Can be stopped and run again."""
    if len(current_settings().data_keys) < 2:
        refuse("PORTAL_DATA_KEYS holds one key: put a new one before it first. See docs/deploy.md.")
    renewing.renew_all()
    left = renewing.left()
    if as_json:
        say_json({"texts": left.texts, "older": left.older, "shut": left.shut})
    if left.older:
        refuse(f"{left.older:,} of {left.texts:,} texts are still of an older key: no key opens {left.shut:,} of them.")
    if not as_json:
        click.echo(f"All {left.texts:,} encrypted texts are of the newest key. The older keys may be taken away.")


def _hushed(_told: str) -> None:
    """Says nothing: with --json the answer is one line."""


COMMANDS: list[click.Command] = [upgrade, doctor, copy, backup, backup_key, restore, renew_keys]
