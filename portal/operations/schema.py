"""The form of the database and its migrations: the one door to Alembic, which is opened where a migration is asked for.

Reading it in takes a tenth of a second, which no page and few commands need.
"""

import io
from contextlib import redirect_stdout

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection
from werkzeug.local import LocalProxy

from portal.core.extensions import db

NAME = "migrate"
"""Where Flask-Migrate, its commands and `migrations/env.py` look."""


def init_app(app: Flask, folder: str) -> None:
    """Let the migrations in `folder` run on the application's database."""

    def bound() -> object:
        from flask_migrate import Migrate

        Migrate(app, db, directory=folder, compare_type=True, render_as_batch=True)  # puts itself in the place of this
        return app.extensions[NAME]

    app.extensions[NAME] = LocalProxy(bound)
    app.cli.add_command(_commands)


@click.command("db", add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@with_appcontext
def _commands(words: tuple[str, ...]) -> None:
    """Migrations, for who writes one."""
    from flask_migrate.cli import db as commands

    commands.main(list(words), prog_name="flask db")


def folder() -> str:
    """Where the migrations of the current application are."""
    return str(current_app.extensions[NAME].directory)


def upgrade(to: str = "head") -> None:
    """Bring the tables to that form. Each migration is a transaction of its own."""
    from flask_migrate import upgrade as migrated

    with redirect_stdout(io.StringIO()):
        migrated(revision=to)
    db.session.remove()


def of(connection: Connection) -> str | None:
    """The migration that a database stands at, or none for an empty one."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest migration that this code knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(folder()).get_current_head()


def known() -> frozenset[str]:
    """Every migration that this code knows."""
    from alembic.script import ScriptDirectory

    return frozenset(script.revision for script in ScriptDirectory(folder()).walk_revisions())
