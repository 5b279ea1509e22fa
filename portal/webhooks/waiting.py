"""When to try again. Two waits: that of one message, and that of a receiver that fails every message.

A message waits longer each time and is given up after three days. A receiver that failed five times in a row is left alone,
longer each time: one message at a time finds out whether it is back, and the first that arrives sends those that wait. One that
has failed for three days is switched off, and administrators are told. One that asks for a longer wait gets it, within a day.
"""

import random
from datetime import timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before the second attempt, the third, and so on. Source: Standard Webhooks, "Recommended retry schedule"."""
FAILURES_IN_A_ROW = 5
"""So many, with none that arrived between, are the receiver's trouble and not a message's."""
SWITCHED_OFF_AFTER = timedelta(days=3)
LONGEST = max(WAITS) * 2
"""What waits for longer was put off while a clock was wrong."""


def asked_for(seconds: float) -> timedelta:
    """How long a receiver is left alone that asks for so many seconds: never longer than we wait of ourselves."""
    return timedelta(seconds=min(seconds, max(WAITS).total_seconds()))


def before_next(attempts: int) -> timedelta | None:
    """How long a message waits after so many attempts, a tenth more or less; None after the last."""
    return None if attempts > len(WAITS) else WAITS[attempts - 1] * random.uniform(0.9, 1.1)


def before_probe(failures: int) -> timedelta | None:
    """How long a receiver is left alone after so many failures in a row; None while it need not be."""
    if failures < FAILURES_IN_A_ROW:
        return None
    return WAITS[min(failures - FAILURES_IN_A_ROW + 1, len(WAITS) - 1)] * random.uniform(0.9, 1.1)
