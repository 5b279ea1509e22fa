"""Many read while two write: R1, with 20,000 listings and 5,000 referrals, beside a bare Flask page in the same run.

    PYTHONPATH=. .venv/bin/python benchmarks/load.py [--listings 20000] [--referrals 5000] [--seconds 30] [--postgresql]

`portal serve --workers 2` and `portal worker` run. Sixteen connections, then sixty-four, read as fast as they are answered: of a
hundred pages forty are searches, twenty listings, the rest caseloads, records and referrals of link workers, inboxes and
referrals of groups, pages behind links of mails, and first pages. Meanwhile a link worker refers, page by page, and a
group answers by links; each form is timed. Afterwards every act that was acknowledged is looked for, and the audit chain is read.
Then the bare page is asked for on sixteen connections. Exit 1 where a promise is not kept.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from benchmarks import client, postgresql, servers, tables
from benchmarks.client import Took
from benchmarks.referred import MIX, Place, Written, place, wait_for_quiet, writers
from portal.core import audit
from portal.core.database import reading
from portal.referrals import events
from tests.support.killing_referrals import lost_of
from tests.support.loop_at_work import at_work

A_SECOND, MOST_MS, MOST_MS_OF_FORMS, MOST_MS_OF_MANY = 150.0, 200.0, 500.0, 1_500.0
CONNECTIONS, MANY = 16, 64
REQUESTS = 5_000
"""Different ones, in the shares of the mix; they are asked over and over."""
WARM_SECONDS, PATIENCE = 5.0, 60.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=20_000)
    asked.add_argument("--referrals", type=int, default=5_000)
    asked.add_argument("--seconds", type=float, default=30.0, help="of each of the two measurements")
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    print(tables.machine(), flush=True)
    with (
        tempfile.TemporaryDirectory() as name,
        postgresql.running() if options.postgresql else nullcontext() as server,
    ):
        folder = Path(name)
        url = postgresql.database(server, "load") if server else None
        with place(folder, options.listings, options.referrals, url) as made:
            return 0 if measured(made, folder, options.seconds) else 1


def measured(made: Place, folder: Path, seconds: float) -> bool:
    """Measure, and say what was kept."""
    questions, kinds = made.mixed(REQUESTS)
    written = {CONNECTIONS: Written(), MANY: Written()}
    took = {}
    with servers.portal(made.app) as port, worker(made, port):
        html, _ = client.page(port, servers.portal_path("tea", "LE2 0QB"))
        look(port, made)
        wait_for_quiet(made)
        client.visit(port, questions, CONNECTIONS, WARM_SECONDS, whole=False)
        for connections in (CONNECTIONS, MANY):
            actors = writers(port, made)
            with at_work(actors, PATIENCE):
                took[connections] = client.visit(port, questions, connections, seconds, whole=False)
            written[connections].add(actors)
            made.people, made.tokens = list(reversed(made.people)), actors[1].tokens  # type: ignore[attr-defined]
            made.services = made.services[len(made.services) // 2 :]
            print(f"{connections} connections: done", flush=True)
    with servers.bare(html, folder) as port:
        bare = client.visit(port, ["/services"], CONNECTIONS, min(seconds, 10.0))
    told(took, kinds, written)
    return verdicts(made, took, written, bare)


def look(port: int, made: Place) -> None:
    """Have one page of each kind, whole. Ends the program where one is not to be had."""
    for kind, requests in made.pages.items():
        if refused := client.visit(port, requests[:1], 1, 0).refused:
            raise SystemExit(f"{kind}: {refused} to {requests[0][:80]!r}")


@contextmanager
def worker(made: Place, port: int) -> Iterator[None]:
    """`portal worker` beside the server."""
    process = subprocess.Popen(
        servers.command("worker"),
        env={**os.environ, **servers.environment_of(made.app, port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def by_kind(took: Took, kinds: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds of each answer, by the kind of its page."""
    found: dict[str, list[float]] = defaultdict(list)
    for each, which in zip(took.each, took.which, strict=True):
        found[kinds[which]].append(each)
    return found


def told(took: dict[int, Took], kinds: Sequence[str], written: dict[int, Written]) -> None:
    """Print a table: each kind of page, and the forms."""
    rows = []
    split = {connections: by_kind(one, kinds) for connections, one in took.items()}
    for kind in MIX:
        times = [spread(split[connections][kind]) for connections in took]
        rows.append([kind, *(f"{median:.0f} / {p95:.0f}" for median, p95 in times), str(len(split[CONNECTIONS][kind]))])
    times = [spread(written[connections].took) for connections in took]
    rows.append(
        ["forms sent", *(f"{median:.0f} / {p95:.0f}" for median, p95 in times), str(len(written[CONNECTIONS].took))]
    )
    header = ("ms, median / 95th", *(f"{connections} connections" for connections in took), f"count at {CONNECTIONS}")
    tables.show(header, rows, markdown=True)


def verdicts(made: Place, took: dict[int, Took], written: dict[int, Written], bare: Took) -> bool:
    """Print each promise. True where all are kept."""
    few, many = took[CONNECTIONS], took[MANY]
    with made.app.app_context(), reading():
        lost = lost_of(told for one in written.values() for told in one.acknowledged)
        entries, broken = audit.verify()
        apart = len([one for one in events.broken()])
    unexpected = [line for one in written.values() for line in one.unexpected]
    failed = {connections: faults(took[connections], written[connections]) for connections in took}
    acts = sum(len(one.acknowledged) for one in written.values())
    of_writers = written[CONNECTIONS].answers / few.seconds
    kept = [
        tables.verdict(
            "answers a second, 16 connections and two who write", few.a_second + of_writers, A_SECOND, at_least=True
        ),
        tables.verdict("95th percentile of pages", spread(few.each)[1], MOST_MS, unit=" ms"),
        tables.verdict("95th percentile of forms", spread(written[CONNECTIONS].took)[1], MOST_MS_OF_FORMS, unit=" ms"),
        tables.verdict("answers from 500 up, 16 connections", failed[CONNECTIONS], 0),
        tables.verdict("95th percentile of pages, 64 connections", spread(many.each)[1], MOST_MS_OF_MANY, unit=" ms"),
        tables.verdict("answers from 500 up, 64 connections", failed[MANY], 0),
        tables.verdict("other answers that were no page", few.errors + many.errors - refused_from_500(few, many), 0),
        tables.verdict(f"acknowledged acts lost, of {acts:,}", len(lost), 0),
        tables.verdict(f"breaks of the audit chain of {entries:,} entries", bool(broken) + apart, 0),
        tables.verdict("unexpected answers to those who wrote", len(unexpected), 0),
    ]
    print(f"of these to the two who write: {of_writers:.1f} a second")
    print(f"64 connections: {many.a_second:.0f} answers a second, forms {spread(written[MANY].took)[1]:.0f} ms (95th)")
    p95 = spread(bare.each)[1]
    print(
        f"a bare Flask page, 16 connections: {bare.a_second:,.0f} a second, {p95:.1f} ms (95th): "
        f"{bare.a_second / few.a_second:.1f} times as many, {spread(few.each)[1] / p95:.1f} times as quick"
    )
    for line in [*few.refused, *many.refused, *lost, *unexpected][:20]:
        print(line)
    return all(kept)


def refused_from_500(*several: Took) -> int:
    """How many answers were from 500 up, or none."""
    return sum(" 5" in line[8:11] or not line.startswith("HTTP") for one in several for line in one.refused)


def faults(took: Took, written: Written) -> int:
    """The same, also to those who wrote."""
    return refused_from_500(took) + sum(written.faults.values())


def spread(taken: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile, also of few or none."""
    return tables.spread(taken) if len(taken) > 1 else (statistics.fmean(taken or [0.0]),) * 2


if __name__ == "__main__":
    raise SystemExit(main())
