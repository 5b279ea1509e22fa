"""The weight of each sign that two listings are one, as natural logarithms of odds. Decision 0046 tells how they were found.

`benchmarks/duplicates.py --fit` finds them anew; those that the judged pairs cannot teach were set by hand.
"""

LEARNT = {
    "registered twice": 4.68,
    "each told": 3.49,
    "within 150 m": 3.34,
    "at venue": 3.28,
    "one timetable here": 2.75,
    "within 1 km": 2.57,
    "one timetable": 2.55,
    "postcode same": 2.48,
    "name held": 2.47,
    "address": 2.12,
    "one name, two lists": 1.94,
    "text": 0.76,
    "web other": -1.22,
    "kind other": -1.82,
    "days other": -1.89,
    "one source": -1.89,
    "postcode other": -2.34,
    "own page": -2.42,
    "common name far": -2.63,
}
BY_HAND = {
    "register same": 1.0,
    "one register, one name": 2.5,
    "phone same": 1.2,
    "phone other": -0.3,
    "mail same": 0.8,
    "register other": -0.5,
    "side word": -2.5,
    "set apart": -2.5,
    "beyond 20 km": -3.0,
    "one organisation": -1.5,
}
"""One organisation may well run two groups in one hall with one telephone, so none of these decides alone."""

WEIGHTS = LEARNT | BY_HAND
START = -10.01
LIKELY = 0.65
"""From this score on, moderators are asked."""
