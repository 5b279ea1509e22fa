"""What tests of files need: the loop, a browser of each side, and a way to send a form with a file."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs

from portal.attachments.models import Attachment
from portal.core import logs
from portal.core.extensions import db
from portal.referrals.models import Introduction
from tests.factories import Make
from tests.support.files import pdf
from tests.support.page import Page
from tests.support.people import browser_as
from tests.support.referrals import World

NAME = "Letter of Quilla.pdf"


class Sides:
    """An introduction with a browser of the link worker and one of the group."""

    def __init__(self, app: Flask, loop: World, state: str = "accepted") -> None:
        self.loop, self.one = loop, loop.introduction(state)
        self.worker, self.group = browser_as(app, loop.worker), browser_as(app, loop.group_worker)
        self.record = f"/clients/{self.one.person.reference}/referrals/{self.one.reference}"
        self.inbox = f"/group/referrals/{self.one.shown_reference}"

    def send(
        self, content: bytes | None = None, name: str = NAME, *, act: str = "message", expect: int = 303,
        words: str = "Here it is.", key: str | None = None, type: str = "application/pdf",
    ) -> Page:  # fmt: skip
        """The link worker writes, with a file."""
        told = self.worker.get(self.record).form(f"{self.record}/{act}")
        sent: dict[str, Any] = {one: value for one, value in told.items() if one.endswith(("-key", "-version"))}
        if key:
            sent[f"{act}-key"] = key
        sent |= {f"{act}-words": words, f"{act}-file": (BytesIO(pdf() if content is None else content), name, type)}
        return self.worker.post(f"{self.record}/{act}", sent, expect=expect)

    def send_back(self, content: bytes | None = None, name: str = NAME, *, expect: int = 303, words: str = "") -> Page:
        """The group does."""
        file = (BytesIO(pdf() if content is None else content), name, "application/pdf")
        return self.group.post(f"{self.inbox}/messages", {"message": words, "file": file}, expect=expect)

    @property
    def file(self) -> Attachment:
        """The one that was kept."""
        db.session.expire_all()
        return db.session.query(Attachment).one()

    @property
    def address(self) -> str:
        """Where it is had."""
        return f"/files/{self.file.id}"


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))


@pytest.fixture
def scanned_by(active_app: Flask) -> Iterator[Callable[[str], None]]:
    """`scanned_by(place)`: a scanner is configured there."""
    before = active_app.extensions["portal.settings"]

    def set_place(place: str) -> None:
        active_app.extensions["portal.settings"] = replace(before, clamav=place)

    yield set_place
    active_app.extensions["portal.settings"] = before


@pytest.fixture
def logged(active_app: Flask) -> Iterator[list[Any]]:
    """What is logged, as it is written."""
    logs.configure("info")
    with capture_logs(processors=[logs._keep_allowed]) as found:
        yield found
    logs.configure(active_app.extensions["portal.settings"].log_level)


def again(one: Introduction) -> Introduction:
    """As it stands now."""
    db.session.expire_all()
    return db.session.get_one(Introduction, one.id)
