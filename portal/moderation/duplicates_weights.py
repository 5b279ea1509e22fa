"""The weight of each sign that two listings are one, as natural logarithms of odds. Decision 0046 tells how they were found.

`benchmarks/duplicates.py --fit` finds them anew; those that the judged pairs cannot teach were set by hand.
"""

LEARNT = {
    "registered twice": 2.71,
    "name held": 2.69,
    "at venue": 2.63,
    "one timetable": 1.98,
    "name here": 1.45,
    "name": 1.11,
    "days": 0.95,
    "postcode same": 0.75,
    "within 1 km": 0.75,
    "times": 0.72,
    "address": 0.67,
    "text": 0.63,
    "within 150 m": 0.50,
    "house number same": 0.38,
    "name same": 0.22,
    "one source, one name": 0.21,
    "common name": -0.34,
    "name far": -0.47,
    "friends of": -0.84,
    "register other": -0.86,
    "web other": -0.91,
    "days other": -1.23,
    "house number other": -1.25,
    "postcode other": -1.36,
    "common name far": -1.41,
    "beyond 3 km": -1.73,
    "one source": -1.96,
}
BY_HAND = {
    "register same": 1.0,
    "phone same": 1.2,
    "phone other": -0.3,
    "mail same": 0.8,
    "set apart": -2.5,
    "beyond 20 km": -3.0,
    "one organisation": -1.5,
}
"""One organisation may well run two groups in one hall with one telephone, so none of these decides alone."""

WEIGHTS = LEARNT | BY_HAND
START = -6.42
LIKELY = 0.65
"""From this score on, moderators are asked."""
