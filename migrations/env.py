"""How migrations run: on the application's own engine, in batch mode so that SQLite can change tables."""

from alembic import context
from flask import current_app

from portal.core.database import writing

migrate = current_app.extensions["migrate"]
engine = migrate.db.engine


def run() -> None:
    with writing(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("pragma foreign_keys = off")
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            transaction_per_migration=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("pragma foreign_keys = on")


run()
