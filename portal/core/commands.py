"""What every command of the command line shares: the application, plain words or JSON, and the three exit codes.

0 is done, 1 is "said no" (`refuse`), 2 is wrong use (click's own).
"""

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar, cast

import click
from flask import Flask

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def with_app(function: Command) -> Command:
    """Run a command inside an application context. The application is made when the first command asks for it."""

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> Any:
        with current_application().app_context():
            return function(*args, **options)

    return cast("Command", run)


def current_application() -> Flask:
    """The application of this run of the command line. `portal.cli` puts its maker into the root context."""
    root = click.get_current_context().find_root()
    if not isinstance(root.obj, Flask):
        root.obj = root.obj()
    return cast("Flask", root.obj)


def refuse(sentence: str) -> NoReturn:
    """Say why it cannot be done, and exit 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """What is told (done, of how many) as work goes on: a bar on a terminal, elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def step(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield step


def say_json(value: Any) -> None:
    """Print one JSON value on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
