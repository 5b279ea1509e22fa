"""When to try again. Two waits: that of a way out (the whole channel) and that of one message.

A provider that cannot be reached closes the channel for all: one message at a time finds out whether it is back, under a minute
apart, and the first that goes opens the channel for those that wait. A message that is refused for now waits by itself, longer
each time. After `Notification.useful_for` (48 hours, unless a message says otherwise) it has failed, and staff see it.
"""

import random
from datetime import datetime, timedelta

from portal.core import clock
from portal.notifications.models import Channel

FIRST_PROBE_SECONDS = 2.0
LONGEST_PROBE_SECONDS = 30.0
FIRST_RETRY_SECONDS = 30.0
LONGEST_RETRY_SECONDS = 3600.0
REFUSALS_IN_A_ROW = 3
"""So many messages refused for now, with none taken between, are the provider's trouble and not theirs."""


def before_probe(failures: int) -> timedelta:
    """How long a channel stays closed after so many failures in a row: doubling, with jitter, under a minute."""
    return _with_jitter(FIRST_PROBE_SECONDS, failures, LONGEST_PROBE_SECONDS)


def before_retry(attempts: int) -> timedelta:
    """How long a message waits that was refused so many times: doubling, with jitter, about an hour at most."""
    return _with_jitter(FIRST_RETRY_SECONDS, attempts, LONGEST_RETRY_SECONDS)


def is_closed(channel: Channel | None) -> bool:
    """Whether nobody need try this way out now."""
    return channel is not None and channel.closed_until is not None and channel.closed_until > clock.now()


def failed(channel: Channel, reason: str, *, is_servers: bool) -> datetime | None:
    """Note a failure. Gives until when the channel is closed, or None where it stays open."""
    channel.failures += 1
    channel.failing_since = channel.failing_since or clock.now()
    channel.last_error = reason
    if is_servers or channel.failures >= REFUSALS_IN_A_ROW:
        channel.closed_until = clock.now() + before_probe(channel.failures)
        return channel.closed_until
    return None


def worked(channel: Channel) -> datetime | None:
    """Note that the provider took or judged a message. Gives since when it had failed, if it had."""
    since = channel.failing_since
    channel.failures, channel.failing_since, channel.closed_until, channel.last_error = 0, None, None, None
    return since


def _with_jitter(first: float, count: int, longest: float) -> timedelta:
    seconds = min(first * 2 ** min(max(count - 1, 0), 20), longest)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))
