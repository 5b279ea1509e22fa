"""How fast one reader may ask the feed. Counted in the memory of each process: a count in the database would cost more than
the answer, and nothing here has to be guarded to the last request.

A bucket of tokens for each network address: what was not used fills it again. A page costs one, more where it makes more work.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from flask import Flask, current_app, has_request_context, request

from portal.core.errors import TooManyRequests
from portal.core.settings import Settings
from portal.core.throttle import network_of
from portal.feed.asked import Asked

A_MINUTE = Settings.feed_limit
"""Tokens that come back in a minute, and the most that wait: who asks for one page after the other uses fewer."""
ALLOWED = "FEED_REQUESTS_A_MINUTE"
KEPT = "portal.feed.readers"
MOST_READERS = 20_000
DEAR, DEAREST = 4, 60
"""What a search or a distance costs, and everything at once."""
A_TOKENS_WORTH = 50
"""Services that stand in other things: so many cost one token more."""
STREAMS = "portal.feed.streams"
MOST_STREAMS = 2
"""Answers of everything that one process sends at once: a slow reader holds a thread, and pages need the others."""
LONGEST_STREAM = 3600.0
"""Seconds after which one is counted no more, whatever became of it."""
STREAM_WAIT = 30


@dataclass
class Buckets:
    """How many tokens each reader has left, and since when; the one that asked longest ago goes first."""

    left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def take(self, reader: str, cost: int, a_minute: int) -> float:
        """Take tokens. Gives for how many seconds the reader has to wait before it gets them; 0 where it got them."""
        now, a_second = monotonic(), a_minute / 60
        with self.lock:
            left, since = self.left.get(reader, (float(a_minute), now))
            left = min(float(a_minute), left + (now - since) * a_second)
            is_enough = left >= cost
            self.left[reader] = (left - cost if is_enough else left, now)
            self.left.move_to_end(reader)
            if len(self.left) > MOST_READERS:
                self.left.popitem(last=False)
        return 0.0 if is_enough else (cost - left) / a_second


@dataclass
class Streams:
    """When each long answer began that is being sent now."""

    began: dict[object, float] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def begin(self) -> Callable[[], None] | None:
        """Count one more, if there is room. Gives what ends it, which may be called twice."""
        now, mark = monotonic(), object()
        with self.lock:
            for one in [one for one, at in self.began.items() if now - at > LONGEST_STREAM]:
                del self.began[one]
            if len(self.began) >= MOST_STREAMS:
                return None
            self.began[mark] = now
        return lambda: self._end(mark)

    def _end(self, mark: object) -> None:
        with self.lock:
            self.began.pop(mark, None)


def init_app(app: Flask, settings: Settings) -> None:
    """Take the operator's figure."""
    app.config[ALLOWED] = settings.feed_limit


def take(reader: str | None, asked: Asked) -> None:
    """Count one request of this reader. Raises TooManyRequests."""
    _take(reader, cost_of(asked))


def take_for(services: int, *, are_whole: bool) -> None:
    """Count, beside the request in hand, so many services that stand in other things. Raises TooManyRequests.

    Where everything is sent piece by piece, that was counted before.
    """
    if has_request_context():
        _take(request.remote_addr, services * (DEAR if are_whole else 1) // A_TOKENS_WORTH)


def begin_stream() -> Callable[[], None]:
    """Count a long answer that is about to be sent. Gives what is to be called at its end. Raises TooManyRequests."""
    streams: Streams = current_app.extensions.setdefault(STREAMS, Streams())
    if (end := streams.begin()) is None:
        raise TooManyRequests(
            f"Others are being sent everything just now. Ask again in {STREAM_WAIT} seconds, or ask for pages.",
            wait_seconds=STREAM_WAIT,
        )
    return end


def _take(reader: str | None, cost: int) -> None:
    a_minute = int(current_app.config[ALLOWED])
    buckets: Buckets = current_app.extensions.setdefault(KEPT, Buckets())
    wait = buckets.take(network_of(reader or "?"), min(cost, a_minute), a_minute)
    if wait:
        seconds = int(wait) + 1
        raise TooManyRequests(f"You asked too often. Ask again in {seconds} seconds.", wait_seconds=seconds)


def cost_of(asked: Asked) -> int:
    """What an answer costs, in tokens."""
    if asked.format != "json":
        return DEAREST
    is_dear = any(
        name in asked.values for name in ("search", "proximity", "full_service", "day", "start_time", "end_time")
    )
    return DEAR if is_dear or (asked.endpoint == "organizations" and asked.is_on("full")) else 1
