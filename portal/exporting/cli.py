"""The command `portal export`."""

from pathlib import Path

import click

from portal.core.commands import json_option, progress, refuse, say_json, with_app
from portal.exporting.actions import export_services
from portal.exporting.folders import FolderProblem
from portal.exporting.formats import FORMATS


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "format_name", type=click.Choice(list(FORMATS)), required=True, help="What to write.")
@click.option(
    "--with-source-fields",
    is_flag=True,
    help="With oruk alone: give back some fields that sources told and we have no place for. Nobody here has read them.",
)
@json_option
@with_app
def export_command(folder: Path, format_name: str, with_source_fields: bool, as_json: bool) -> None:
    """Write all public services to the folder DIR, which must be new, empty or hold an earlier export."""
    if with_source_fields and format_name != "oruk":
        raise click.UsageError("--with-source-fields is for --format oruk: tables have columns for what we know alone.")
    try:
        with progress("Exporting") as step:
            done = export_services(folder, format_name, step, with_source_fields=with_source_fields)
    except FolderProblem as problem:
        refuse(str(problem))
    if as_json:
        about = {"format": format_name, "services": done.services, "files": list(done.files)}
        say_json({**about, "cut": done.cut, "left_out": dict(done.left_out)})
        return
    files = done.files[0] if len(done.files) == 1 else f"{len(done.files)} files"
    click.echo(f"{done.services:,} services in {folder} ({files}).")
    if done.left_out:
        names = ", ".join(f"{name} {count:,}" for name, count in done.left_out.items())
        click.echo(f"Left out, because the standard wants another form of them: {names}. They stay in the database.")
    if done.cut:
        click.echo(f"{done.cut:,} texts are longer than a cell holds and were cut. The other formats have them whole.")


COMMANDS: list[click.Command] = [export_command]
