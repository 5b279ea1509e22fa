"""What changes from week to week about a listing: space, when it was last checked, telephone numbers. Always the same draw.

Numbers are of the ranges that Ofcom keeps for drama; addresses are below example.org.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

from portal.demo.content import Area

NUMBERS = {"leicester": "0116 496 0{:03d}", "camden": "020 7946 0{:03d}", "surrey": "01632 960{:03d}"}
MOBILE = "07700 900{:03d}"
HOURS = (
    "Monday to Thursday, 9am to 1pm",
    "Monday to Friday, 9.30am to 4.30pm",
    "Tuesdays and Thursdays, 10am to 2pm",
    "Weekdays, 10am to 3pm. Leave a message at other times",
    "Monday to Friday, 9am to 5pm",
    None,
)
FRESHNESS = (("this_month", 48), ("checked", 24), ("stale", 11), ("source", 9), ("never", 6), ("expired", 2))


def number_of(area: Area, chance: Random) -> str:
    """A telephone number of the area, now and then a mobile."""
    return (MOBILE if chance.random() < 0.15 else NUMBERS[area]).format(chance.randrange(1000))


def hours_of(chance: Random) -> str | None:
    """When the telephone is answered, or none where nobody told us."""
    return chance.choice(HOURS)


def mail_of(organisation: str) -> str:
    """The address of an organisation."""
    return f"hello@{site_of(organisation)}"


def site_of(organisation: str) -> str:
    """The host of an organisation's web site: a name below example.org."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in organisation.lower())
    return "-".join(filter(None, letters.split("-")))[:40].rstrip("-") + ".example.org"


def freshness_state(chance: Random, *, may_expire: bool) -> str:
    """One of the states of freshness, as often as in a well-kept directory."""
    states = [(state, weight) for state, weight in FRESHNESS if may_expire or state != "expired"]
    return chance.choices([state for state, _ in states], [weight for _, weight in states])[0]


def checked(state: str, today: date, chance: Random) -> dict[str, Any]:
    """Columns that say who confirmed a listing last, and when."""
    if state in {"source", "never"}:
        return {"assured_date": None, "assured_by": None, "assured_how": None}
    days = {
        "this_month": (0, today.day - 1),
        "checked": (today.day, (today - (today - relativedelta(months=6))).days - 2),
        "stale": (190, 360),
        "expired": (380, 700),
    }[state]
    return {
        "assured_date": today - timedelta(days=chance.randint(*days)),
        "assured_by": chance.choice(("group", "group", "group", "moderator")),
        "assured_how": chance.choice(("e-mail", "e-mail", "telephone", "visit")),
    }


def space(ways: tuple[str, ...], today: date, chance: Random, wanted: str = "") -> dict[str, Any]:
    """Columns that say whether there is space; often nobody said lately."""
    drawn = wanted or chance.choices(("space", "waiting", "full", "paused", "old", ""), (40, 14, 8, 3, 10, 25))[0]
    if "drop_in" in ways and drawn in {"waiting", "full"} and not wanted:
        drawn = ""
    said = datetime.combine(today - timedelta(days=chance.randint(0, 24)), time(10, 30), UTC)
    nothing = {"space_state": None, "space_weeks": None, "space_full_until": None, "space_said_at": None}
    if drawn in {"", "none"}:
        return nothing
    if drawn == "old":
        return nothing | {"space_state": "space", "space_said_at": said - timedelta(days=chance.randint(40, 120))}
    return {
        "space_state": drawn,
        "space_weeks": chance.choice((2, 3, 3, 4, 6, 8, 12)) if drawn == "waiting" else None,
        "space_full_until": today + timedelta(days=chance.randint(20, 70)) if drawn == "full" else None,
        "space_said_at": said,
    }


def changed(assured: date | None, today: date, chance: Random) -> datetime:
    """When a fact last changed: before the last check, or some months ago."""
    day = (assured or today - timedelta(days=30)) - timedelta(days=chance.randint(0, 200))
    return datetime.combine(day, time(9, 15), UTC)
