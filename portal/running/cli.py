"""Commands that start the portal: `demo`, `serve`, `worker`."""

import os
import signal
from pathlib import Path

import click

from portal.core.commands import json_option, refuse, say_json


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where the site listens.")
@click.option("--listings", type=click.IntRange(1, 200_000), help="Add made-up services up to this number.")
@click.option(
    "--instance", type=click.Path(file_okay=False, path_type=Path), help="Folder for the demo's data. [instance]"
)
@click.option("--no-worker", is_flag=True, help="Do not start a job worker beside the site.")
def demo(port: int, listings: int | None, instance: Path | None, no_worker: bool) -> None:
    """Start a demo with made-up services on this machine. Ctrl-C stops it."""
    from portal.app import create_app
    from portal.demo.accounts import FILE
    from portal.running import demo as starting
    from portal.running.serving import serve_demo

    folder = (instance or Path(os.environ.get("PORTAL_INSTANCE") or "instance")).expanduser().resolve()
    os.environ["PORTAL_INSTANCE"] = str(folder)
    os.environ["PORTAL_BASE_URL"] = f"http://127.0.0.1:{port}"
    os.environ.setdefault("PORTAL_LOG_LEVEL", "warning")
    if not starting.is_port_free(port):
        refuse(f"Something else listens on port {port}. Choose another: portal demo --port {port + 1}")
    starting.make_secrets(folder)
    app = create_app()
    starting.prepare(app, listings)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job is born with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    click.echo(f"Hereabouts is at http://127.0.0.1:{port} - press Ctrl-C to stop it.")
    click.echo(f"People to sign in as, with their passwords: {folder / FILE}")
    try:
        if no_worker:
            serve_demo(app, port)
        else:
            with starting.worker_beside():
                serve_demo(app, port)
    except KeyboardInterrupt:
        pass
    click.echo("Stopped.")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="How many processes serve.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site in production. Put a proxy with TLS before it; see docs/deploy.md."""
    from portal.config import settings_from
    from portal.running.serving import prepare_metrics

    settings = settings_from(os.environ)
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_metrics(settings.instance / "metrics")
    from portal.app import create_app
    from portal.operations import upgrading
    from portal.running.serving import serve as run

    app = create_app(settings)
    with app.app_context():
        found, newest = upgrading.revision(), upgrading.newest_revision()
        _refuse_unless_fit()
    if found != newest:
        refuse(f"The database is at {found or 'nothing'}, this version needs {newest}. Run: portal upgrade")
    run(app, host=host, port=port, workers=workers)


@click.command("worker")
def worker() -> None:
    """Run jobs until told to stop: index changes and whatever else leaves the database."""
    from portal.app import create_app
    from portal.worker import run

    app = create_app()
    with app.app_context():
        _refuse_unless_fit()
    run(app)


@click.command("words")
@json_option
def words(as_json: bool) -> None:
    """For developers: gather the words of the code into every language's file, and compile them."""
    from portal.running import words as catalogues

    left_of = catalogues.update()
    if as_json:
        say_json(left_of)
    for code, left in () if as_json else left_of.items():
        click.echo(f"{code}: {left} messages have no translation.")


def _refuse_unless_fit() -> None:
    """What `portal doctor --deploy` asks of a production start stops one that lacks it."""
    from portal.core.extensions import settings
    from portal.operations import doctor

    wrong = [check.sentence for check in doctor.at_start() if not check.is_good]
    if wrong and not settings().demo:
        refuse("\n".join(wrong))


COMMANDS: list[click.Command] = [demo, serve, worker, words]
