"""People of the loop at work over HTTP: link workers refer, groups answer by their mails and go on, residents ask for themselves.

Each notes what the site acknowledged. A form whose answer never came is sent again as it was, as people do.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from portal.core import clock
from portal.core.extensions import db
from portal.core.references import read_reference
from portal.operations import upgrading
from portal.people.actions import About, new_person
from tests.factories import Make
from tests.selfreferral.walking import REFER
from tests.support.killing import Instance, word
from tests.support.mail_server import Listener, text_of
from tests.support.people import session_of
from tests.support.referrals import CONTACT, make_team
from tests.support.visitor import AWAY, Answer, Typed, Visitor

WORKERS = 2
GROUPS = 3
AWAY_SECONDS = 0.1
LINK = re.compile(r"(/respond/[\w-]{20,})\s")
REFERENCE = re.compile(r"Referral ([0-9A-Z]{4}-[0-9A-Z]{4}) to")
CODE = re.compile(r'class="asking__code"><bdi dir="ltr">([^<]+)<')
OVERTAKEN = frozenset({409, 410})
NOT_NOW = frozenset({429, 500, 502, 503, 507})


@dataclass
class Told:
    """What was acknowledged: by the reference of an introduction or a referral, each verb. What came in place of an answer.

    `faults`: answers from 500 up while the server ran, by their status.
    """

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    faults: Counter[int] = field(default_factory=Counter)


class Town(Instance):
    """A team with its link workers, groups with a service and a worker each, and people to refer."""

    people: list[list[str]]
    group_cookies: list[tuple[str, str]]
    group_emails: list[str]

    def fill_with(self, people: int) -> None:
        """`people`: of each link worker; each is referred to every group once."""
        with self.app.app_context():
            upgrading.upgrade(lambda _told: None)
            make = Make()
            team = make.organisation("Saffron Vale Link Workers")
            make_team(team, areas=("E06000016",))
            groups = [make.organisation(f"Circle {number}") for number in range(GROUPS)]
            self.services = [
                make.service(f"Table {number}", organisation=group, joining=["self_refer"], phone="0116 496 0123").id
                for number, group in enumerate(groups)
            ]
            workers = [
                make.user("link-worker", organisation=team, name=f"Worker {number}") for number in range(WORKERS)
            ]
            members = [
                make.user("group-worker", organisation=group, email=f"circle-{number}@people.example.org")
                for number, group in enumerate(groups)
            ]
            self.group_emails = [one.email for one in members]
            self.people = [
                [
                    new_person(
                        About(
                            given_name=word(number), family_name="Vantongeren", postcode="LE2 0QB", contact=CONTACT,
                            needs=("loneliness",),
                        ),
                        by=worker, organization_id=team.id, worker_id=worker.id,
                    ).reference
                    for number in range(people)
                ]
                for worker in workers
            ]  # fmt: skip
            db.session.commit()
            self.cookies = [session_of(self.app, one) for one in workers]
            self.group_cookies = [session_of(self.app, one) for one in members]
            db.session.remove()


class Actor:
    """One who acts until told to stop. A server that is away is waited for."""

    def __init__(self, site: str, cookie: tuple[str, str] | None = None) -> None:
        self.visitor, self.told = Visitor(site, cookie), Told()
        self.stop = threading.Event()

    def go_on(self) -> None:
        """Act. Raises nothing: what went wrong is noted."""
        while not self.stop.is_set():
            try:
                if not self.act():
                    self.stop.wait(0.05)
            except Exception as fault:  # a thread that ends unseen would pass for one with nothing to do
                self.told.unexpected.append(f"{type(self).__name__}: {fault!r}")
                self.stop.wait(AWAY_SECONDS)

    def act(self) -> bool:
        """Do one thing. False where there is nothing to do."""
        raise NotImplementedError

    def page(self, path: str) -> Answer | None:
        """A page, asked for until somebody answers. None where it may not be had (any more), or all is to stop."""
        while not self.stop.is_set():
            try:
                answer = self.visitor.get(path)
            except AWAY:
                self.stop.wait(AWAY_SECONDS)
                continue
            if answer.status in NOT_NOW:
                self._wait(answer)
                continue
            if answer.status == 200:
                return answer
            if answer.status not in OVERTAKEN:
                self.told.unexpected.append(f"{answer.status} to {_kind(path)}: {answer.words[:200]}")
            return None
        return None

    def send(self, path: str, typed: Typed) -> Answer | None:
        """Send a form until it is answered. None where it was not taken: somebody was quicker, or all is to stop."""
        was_cut = False
        while not self.stop.is_set():
            try:
                answer = self.visitor.post(path, typed)
            except AWAY:
                was_cut = True
                self.stop.wait(AWAY_SECONDS)
                continue
            if answer.status in NOT_NOW:
                self._wait(answer)
                continue
            if answer.status == 303:
                return answer
            if answer.status not in OVERTAKEN and not was_cut:
                self.told.unexpected.append(f"{answer.status} to {_kind(path)}: {answer.words[:300]}")
            return None
        return None

    def fill(self, path: str, typed: Typed, *, at: str | None = None) -> Answer | None:
        """Open a page, fill the form that is sent `at` an address (its own), and send it."""
        shown = self.page(path)
        held = shown.form(at or path.partition("?")[0]) if shown else None
        return self.send(at or path.partition("?")[0], held | typed) if held is not None else None

    def done(self, reference: str, verb: str) -> None:
        """It was acknowledged."""
        self.told.acknowledged.append((read_reference(reference) or reference, verb))

    def _wait(self, answer: Answer) -> None:
        self.told.faults[answer.status] += 1
        self.stop.wait(AWAY_SECONDS)


class LinkWorker(Actor):
    """Refers each of their people to each group, and takes every seventh back."""

    def __init__(self, site: str, cookie: tuple[str, str], people: list[str], services: list[UUID]) -> None:
        super().__init__(site, cookie)
        self.pairs = [(person, service) for service in services for person in people]
        self._count = 0

    def act(self) -> bool:
        if self._count == len(self.pairs):
            return False
        person, service = self.pairs[self._count]
        self._count += 1
        record = f"/clients/{person}"
        kept = self.fill(
            f"{record}/refer?service={service}",
            {"how": "spoken", "send": "y", "reason": "Company, and a reason to go out."},
            at=f"{record}/refer",
        )
        if kept is None:
            return True
        self.done(kept.path.split("/")[4], "create")
        sent = self.fill(kept.path, {}, at=kept.path.removesuffix("check") + "send")
        if sent is None:
            return True
        self.done(sent.path.split("/")[4], "send")
        if self._count % 7 == 0 and (shown := self.page(sent.path)):
            self._take_back(shown, record)
        return True

    def _take_back(self, shown: Answer, record: str) -> None:
        found = re.search(rf'href="({record}/referrals/(\w+))', shown.html)
        if found is None:
            self.told.unexpected.append(f"no way to what was sent: {shown.words[:300]}")
            return
        typed = {"withdraw-reason": "needs-met-elsewhere"}
        if self.fill(found[1], typed, at=f"{found[1]}/withdraw") is not None:
            self.done(found[2], "withdraw")


class Group(Actor):
    """Answers by the link of each mail, and goes on, signed in, with those whom it took."""

    def __init__(self, site: str, cookie: tuple[str, str], listener: Listener, email: str) -> None:
        super().__init__(site, cookie)
        self.listener, self.email = listener, email
        self.by_link = Visitor(site)
        self._answered = 0
        self._read = 0
        self._to_do: list[tuple[str, str]] = []

    def act(self) -> bool:
        if self._to_do:
            reference, step = self._to_do.pop(0)
            self._go_on_with(reference, step)
            return True
        if self._read == len(self.listener.mails):
            return False
        at, self._read = self._read, self._read + 1
        mail = self.listener.mails[at]
        found = LINK.search(text_of(mail) + " ") if str(mail["To"]) == self.email else None
        if found is not None:
            self._answer(found[1])
        return True

    def _answer(self, link: str) -> None:
        typed = {"press": "answer", "first_at": ""} | ANSWERS[self._answered % len(ANSWERS)]
        self._answered += 1
        mine, self.visitor = self.visitor, self.by_link
        try:
            shown = self.page(link)
            held = shown.form(link) if shown else None
            about = REFERENCE.search(shown.words) if shown else None
            if held is None or about is None:
                return
            answered = self.send(link, held | typed)
        finally:
            self.visitor = mine
        if answered is not None:
            self.done(about[1], typed["answer"])
            if typed["answer"] == "accept":
                self._to_do.append((about[1], "book"))

    def _go_on_with(self, reference: str, step: str) -> None:
        verb, typed, after = STEPS[step]
        if self.fill(f"/group/referrals/{reference}/{step}", typed()) is not None:
            self.done(reference, verb)
            if after:
                self._to_do.append((reference, after))


class Resident(Actor):
    """Asks a group for themselves, by six pages, and takes every third back by reference and code."""

    def __init__(self, site: str, service: UUID, number: int) -> None:
        super().__init__(site)
        self.start, self.number = f"/refer/{service}", number
        self._count = 0

    def act(self) -> bool:
        self._count += 1
        self.visitor.jar.clear()
        name = word(self.number * 100_000 + self._count)
        for page, typed in REFER.items():
            told = typed | ({"given_name": name} if page == "person" else {})
            if self.fill(f"{self.start}/{page}", told) is None:
                return True
        sent = self.fill(f"{self.start}/check", {}, at=f"{self.start}/send")
        if sent is None:
            return True
        self.told.names.append(name)
        shown = self.page(sent.path)
        found = CODE.findall(shown.html) if shown else []
        if found:
            self.done(found[0], "send")
        if len(found) == 2 and self._count % 3 == 0:
            self._cancel(*found)
        return True

    def _cancel(self, reference: str, code: str) -> None:
        opened = self.fill("/my-referral", {"reference": reference, "code": code})
        if opened is None:
            return
        there = f"{opened.path}/cancel"
        shown = self.page(there)
        which = re.findall(r'name="which"[^>]*value="([^"]+)"', shown.html) if shown else []
        held = shown.form(there) if shown else None
        if held is not None and self.send(there, held | {"which": which}) is not None:
            self.done(reference, "withdraw")


def _on(name: str, days: int) -> Typed:
    day = clock.today() + timedelta(days=days)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


ANSWERS = (
    *({"answer": "accept"}, {"answer": "accept"}, {"answer": "decline", "reason": "no-capacity"}, {"answer": "accept"}),
    *({"answer": "ask", "question": "Can they manage a gravel path?"}, {"answer": "accept"}),
)
STEPS: dict[str, tuple[str, Callable[[], Typed], str | None]] = {
    "book": ("book", lambda: {"session": "other", "time": "10:00", "mode": "visit", **_on("day", 2)}, "came"),
    "came": ("start_booked", lambda: {"status": "attended"}, "finish"),
    "finish": ("complete", lambda: {"result": "partly", "why_no_measure": "not-used", **_on("last_contact", 0)}, None),
}


def _kind(path: str) -> str:
    """The last part of an address: without what is particular to one."""
    return re.sub(r"[A-Z0-9]{8}|[\w-]{30,}", "*", path)


@contextmanager
def at_work(actors: list[Actor], patience: float) -> Iterator[None]:
    """All of them act while the body runs."""
    threads = [threading.Thread(target=one.go_on, daemon=True) for one in actors]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one in actors:
            one.stop.set()
        until = time.monotonic() + patience
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
