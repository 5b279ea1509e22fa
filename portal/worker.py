"""Runs jobs until it is told to stop, and asks for what the timetable says is due. Workers alone write the search index."""

import signal
import threading
import time
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts import resetting, tidying
from portal.assurance import actions as assurance
from portal.attachments import scanning
from portal.bundles import watching as bundles
from portal.coordinating import reminding
from portal.core import throttle, witness
from portal.core.jobs import lanes
from portal.core.queue import work_once
from portal.core.timetable import Every, ask_for_due
from portal.describing import dumping
from portal.directory import counting, indexing, missed, noting
from portal.governance import retention
from portal.grants import reminding as grants_reminding
from portal.groups import link_checks, sheets
from portal.handover import signposts
from portal.huddles import gaps as huddle_gaps
from portal.insight import collecting as figures_collecting
from portal.insight import keys as figures_keys
from portal.insight import publishing as figures_publishing
from portal.moderation import duplicates_finding
from portal.neighbourhoods import pressing
from portal.notifications import delivering, keeping
from portal.operations import counts, renewing
from portal.partners import counting as partners_counting
from portal.partners import raising as partners_raising
from portal.referrals import sweeping, weekly
from portal.referrals.dispatching import answers
from portal.registers import flagging
from portal.safeguarding import actions as safeguarding
from portal.search.current import engine
from portal.search.port import IndexUnavailable
from portal.shortlists import actions as shortlists
from portal.sources import running as sources
from portal.teams import joining
from portal.trials import answers as trial_answers
from portal.trials import figures as trial_figures
from portal.unmet import actions as unmet
from portal.voice import actions as voice
from portal.voice import helped
from portal.webhooks import actions as webhooks
from portal.webhooks import noticing
from portal.webhooks import sending as webhooks_sending
from portal.widget import uses as widget_uses

log = structlog.get_logger()

IDLE_SECONDS = 0.15
LOOK_AT_TIMETABLE_SECONDS = 30.0
AFTER_TROUBLE_SECONDS = 2.0
LOOK_AT_INDEX_SECONDS = 2.0
READ_WHOLE_INDEX_SECONDS = 30.0
LANE_STOP_SECONDS = 8.0
"""How long a stop waits for a message that is on its way."""
SHARE_OF_TIME = 0.005
"""Of the worker's time that goes into reading the whole index in search of damage."""

TIMETABLE = (
    Every(delivering.sweep, timedelta(minutes=5)),
    Every(keeping.tidy, timedelta(days=1)),
    Every(indexing.refresh, timedelta(hours=1)),
    Every(noting.age, timedelta(hours=1)),
    Every(assurance.daily, timedelta(hours=6)),
    Every(assurance.tidy, timedelta(days=1)),
    Every(throttle.tidy, timedelta(days=1)),
    Every(counting.fold, timedelta(minutes=5)),
    Every(signposts.fold, timedelta(minutes=5)),
    Every(missed.fold, timedelta(minutes=5)),
    Every(missed.tidy, timedelta(days=1)),
    Every(widget_uses.fold, timedelta(minutes=5)),
    Every(widget_uses.tidy, timedelta(days=1)),
    Every(witness.write_head, timedelta(days=1)),
    Every(resetting.tidy, timedelta(days=1)),
    Every(joining.tidy, timedelta(hours=6)),
    Every(tidying.tidy, timedelta(hours=1)),
    Every(shortlists.tidy, timedelta(days=1)),
    Every(bundles.look, timedelta(days=1)),
    Every(pressing.tidy, timedelta(days=1)),
    Every(unmet.tidy, timedelta(days=1)),
    Every(voice.tidy, timedelta(days=1)),
    Every(huddle_gaps.tidy, timedelta(days=1)),
    Every(helped.ask, timedelta(hours=1)),
    Every(renewing.renew, timedelta(days=1)),
    Every(counts.count, timedelta(days=1)),
    Every(flagging.look, timedelta(days=1)),
    Every(duplicates_finding.nightly, timedelta(days=1)),
    Every(link_checks.look, timedelta(hours=1)),
    Every(sheets.tidy, timedelta(days=1)),
    Every(safeguarding.watch, timedelta(minutes=15)),
    Every(retention.daily, timedelta(days=1)),
    Every(scanning.look, timedelta(hours=1)),
    Every(sweeping.look, timedelta(minutes=5)),
    Every(sweeping.tidy, timedelta(days=1)),
    Every(weekly.look, timedelta(hours=3)),
    Every(answers.poll, timedelta(minutes=10)),
    Every(answers.sweep, timedelta(minutes=10)),
    Every(sources.look, timedelta(minutes=10)),
    Every(sources.tidy, timedelta(days=1)),
    Every(noticing.look, timedelta(seconds=30)),
    Every(webhooks_sending.sweep, timedelta(minutes=5)),
    Every(webhooks.tidy, timedelta(days=1)),
    Every(dumping.look, timedelta(minutes=5)),
    Every(figures_collecting.collect, timedelta(hours=1)),
    Every(figures_collecting.read_gauges, timedelta(days=1)),
    Every(figures_publishing.look, timedelta(days=1)),
    Every(figures_keys.forget, timedelta(days=1)),
    Every(figures_keys.renew, timedelta(days=1)),
    Every(partners_raising.look, timedelta(hours=6)),
    Every(partners_counting.count, timedelta(days=1)),
    Every(reminding.look, timedelta(hours=1)),
    Every(reminding.tidy, timedelta(days=1)),
    Every(grants_reminding.remind, timedelta(days=1)),
    Every(trial_answers.fold, timedelta(minutes=5)),
    Every(trial_figures.count, timedelta(days=1)),
)


def run(app: Flask) -> None:
    """Work until SIGTERM or SIGINT. The job in hand is finished first; one that is killed goes back by its lease."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("worker.started")
    others = [threading.Thread(target=_beside, args=(app, lane, stop), daemon=True) for lane in lanes() - {"main"}]
    for thread in others:
        thread.start()
    with app.app_context():
        _until(stop)
    for thread in others:
        thread.join(LANE_STOP_SECONDS)
    log.info("worker.stopped")


class IndexKeeper:
    """Looks after the index: often whether it can be read at all, now and then whether every byte is as it was written."""

    def __init__(self) -> None:
        self._looked_at = self._read_at = float("-inf")
        self._every = READ_WHOLE_INDEX_SECONDS

    def look(self) -> None:
        """Mend the index if it is missing or damaged. Where that cannot be done, it is tried again soon; jobs go on."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_AT_INDEX_SECONDS:
            return
        self._looked_at = now
        try:
            if now - self._read_at > self._every or not engine().ready():
                is_mended = indexing.mend_index()
                self._read_at = time.monotonic()
                took = 0.0 if is_mended else self._read_at - now
                self._every = max(READ_WHOLE_INDEX_SECONDS, took / SHARE_OF_TIME)
                if is_mended:
                    log.info("worker.index_mended")
        except (OSError, IndexUnavailable) as error:
            self._read_at = float("-inf")
            log.error("worker.no_index", error=type(error).__name__)


def _until(stop: threading.Event) -> None:
    looked_at = float("-inf")
    keeper = IndexKeeper()
    while not stop.is_set():
        try:
            keeper.look()
            if time.monotonic() - looked_at > LOOK_AT_TIMETABLE_SECONDS:
                ask_for_due(TIMETABLE)
                looked_at = time.monotonic()
            if not work_once("main"):
                stop.wait(IDLE_SECONDS)
        except (SQLAlchemyError, IndexUnavailable) as error:
            log.error("worker.no_database", error=type(error).__name__)
            stop.wait(AFTER_TROUBLE_SECONDS)


def _beside(app: Flask, lane: str, stop: threading.Event) -> None:
    """Run the jobs of another lane: messages wait for their servers without holding up the index."""
    with app.app_context():
        while not stop.is_set():
            try:
                if not work_once(lane):
                    stop.wait(IDLE_SECONDS)
            except SQLAlchemyError as error:
                log.error("worker.no_database", error=type(error).__name__)
                stop.wait(AFTER_TROUBLE_SECONDS)
