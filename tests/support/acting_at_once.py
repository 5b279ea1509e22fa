"""Processes of their own that answer one introduction at the same moment: each opens the database, waits for a word, and acts.

Each runs this file with `accept ID`, and the settings in the environment. It says "ready"; to each line that comes in, the
version that the page showed, it says "done" or the name of what was raised.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from uuid import UUID

from flask import Flask

from portal.app import create_app
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.referrals import answering
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction
from portal.referrals.transitions import Who
from tests.support.forking import Child, Program, beside
from tests.support.processes import environment


@contextmanager
def processes(app: Flask, introduction_id: UUID, *verbs: str) -> Iterator[Callable[[int], list[str]]]:
    """A process for each verb, ready to act. Gives what lets all of them act on a version, and tells what each came to."""
    settings: Settings = app.extensions["portal.settings"]
    env = environment(settings.instance, PORTAL_DATABASE_URL=settings.database_url, PORTAL_LOG_LEVEL="error")
    with ExitStack() as stack:
        children = [stack.enter_context(_child(verb, introduction_id, env)) for verb in verbs]
        assert [_line(child) for child in children] == ["ready"] * len(verbs)

        def act_all(version: int) -> list[str]:
            for child in children:
                child.stdin.write(f"{version}\n")
                child.stdin.flush()
            return [_line(child) for child in children]

        yield act_all


def _child(verb: str, introduction_id: UUID, env: dict[str, str]) -> AbstractContextManager[Child]:
    return beside(Program([verb, str(introduction_id)], module="tests.support.acting_at_once"), env)


def _line(process: Child) -> str:
    return process.stdout.readline().strip()


def act(verb: str, introduction_id: UUID, version: int) -> str:
    """Accept or decline as the group, in a transaction as a request has it."""
    try:
        with unit():
            one = db.session.get_one(Introduction, introduction_id)
            by = Actor(Who.PROVIDER, channel="e-mail-link", organization_id=one.organization_id)
            if verb == "accept":
                answering.accept(one, by=by, version=version)
            else:
                answering.decline(one, by=by, given=Given(reason="no-capacity"), version=version)
    except DomainError as problem:
        return type(problem).__name__
    return "done"


def main(verb: str, introduction_id: str) -> None:
    """Wait for each line, and act."""
    with create_app(is_serving=False).app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for line in sys.stdin:
            sys.stdout.write(act(verb, UUID(introduction_id), int(line)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
