"""Commands about public registers: `portal registers load`."""

import sys
from pathlib import Path

import click

from portal.core.commands import json_option, refuse, say_json, with_app
from portal.registers import loading
from portal.registers.formats import REGISTERS
from portal.registers.loading import Choice, Loaded
from portal.registers.reading import BROKEN, UnreadableExtract

HUNDREDTHS = 100


@click.group("registers")
def registers() -> None:
    """Public registers of charities and companies: load their extracts."""


@registers.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--register", "register_id", type=click.Choice(list(REGISTERS)), required=True, help="Whose extract it is."
)
@click.option("--part", is_flag=True, help="The file holds a part of the register: what is not in it stays as it is.")
@click.option(
    "--whole", is_flag=True, help="The file is the whole register, however much is missing since the last one."
)
@click.option(
    "--many-removed", is_flag=True, help="However many the file calls removed that stood in the register before."
)
@click.option(
    "--postcodes", metavar="LE,KT17", default="", help="Leave out bodies elsewhere, but for those already here."
)
@json_option
@with_app
def load(  # one parameter an option
    file: Path, register_id: str, part: bool, whole: bool, many_removed: bool, postcodes: str, as_json: bool
) -> None:
    """Take in an extract of a public register: CSV, tab-separated text or JSON, plain, .gz or .zip. Safe to repeat."""
    if part and whole:
        raise click.UsageError("A file is a part or the whole, not both.")
    areas = tuple(one.strip().upper() for one in postcodes.split(",") if one.strip())
    choice = Choice(part, whole, many_removed, areas)
    try:
        with click.progressbar(
            length=HUNDREDTHS, label=file.name, file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            loaded = loading.load(
                file,
                REGISTERS[register_id],
                choice,
                lambda share: bar.update(int(share * HUNDREDTHS) - bar.pos),
            )
    except UnreadableExtract as problem:
        refuse(str(problem))
    _say(loaded, as_json=as_json)
    if loaded.is_doubtful:
        refuse(_doubt(loaded, choice))


def _doubt(loaded: Loaded, choice: Choice) -> str:
    """Why a file is not believed, and what to do."""
    left = "They were left as they are."
    if loaded.is_too_many(loaded.ended) and not choice.many_removed:
        return (
            f"The file says of {loaded.ended:,} bodies that stood in the register that they are removed, which is too many to"
            f" believe. {left} If it is so, say --many-removed{' --part' if choice.part else ''}."
        )
    if not loaded.is_too_many(loaded.gone):
        return (
            f"{loaded.gone:,} bodies that stood in the register are not in this file, but {loaded.refused[BROKEN]:,} lines of it"
            f" are broken, and they may stand there. {left} Fetch the file anew; if it is the whole register, say --whole."
        )
    return (
        f"{loaded.gone:,} bodies that stood in the register are not in this file, which is too many to believe. {left}"
        " If the file is a part, say --part; if it is the whole register, say --whole."
    )


def _say(loaded: Loaded, *, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "register": loaded.register.id,
                "taken": loaded.taken,
                "left_out": loaded.left_out,
                "removed": loaded.removed,
                "gone": loaded.gone,
                "ended": loaded.ended,
                "is_doubtful": loaded.is_doubtful,
                "refused": dict(loaded.refused),
            }
        )
        return
    click.echo(
        f"{loaded.name}: {loaded.taken:,} bodies of {loaded.register.label} taken, {loaded.removed:,} of them removed from it."
    )
    if loaded.left_out:
        click.echo(f"{loaded.left_out:,} elsewhere left out.")
    if loaded.gone and not loaded.is_doubtful:
        click.echo(f"{loaded.gone:,} are in the register no more.")
    for why, count in loaded.refused.most_common():
        click.echo(f"{count:,} refused: {why}.")


COMMANDS: list[click.Command] = [registers]
