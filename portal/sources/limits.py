"""How much of a source is read at most, and how patiently."""

from datetime import timedelta

from portal.importing.feed import Limits

FEED = Limits(per_page=100, pages=20_000, services=250_000, seconds=2 * 60 * 60, bytes=5_000_000_000, waits=60 * 60)
"""Of a feed, in all. A page or a service is at most 10 MB and 15 seconds (`portal/core/fetching.py`)."""
FILE_BYTES = 50_000_000
FILE_SECONDS = 120.0
"""Of a file at an address."""
A_BATCH = 200
"""Records that are staged or applied in one transaction: others wait to write meanwhile."""
OVERLAP = timedelta(minutes=10)
"""How much earlier than the last reading began changes are asked for again: clocks differ, and what is being saved has a time."""
WHOLE_EVERY = timedelta(days=7)
"""After this all of a source is read again, though it tells what changed: what is gone is seen by absence alone."""
MOST_FAILURES = 5
"""Failures in a row after which a source is stopped until somebody looks."""
FIRST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
"""After a failure: doubled with each."""
MOST_GOING = 0.2
"""Share of a source's listings that a reading may take away without asking."""
STALE = timedelta(minutes=15)
"""A reading that has not moved for so long has lost its worker."""
KEPT = timedelta(days=90)
"""How long records of a reading that is over are kept."""
