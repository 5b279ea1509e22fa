"""The calendar of a neighbourhood: the sessions that its weeks show, as far ahead as they can be looked at."""

from collections.abc import Sequence
from datetime import datetime

from portal.directory.listings import Listing
from portal.directory.meetings import Meeting, each_time_once, meetings_of
from portal.neighbourhoods.week import is_here


def meetings_here(
    listings: Sequence[Listing], codes: frozenset[str], start: datetime, until: datetime
) -> list[Meeting]:
    """The times of these listings within the areas that begin between two moments, and those called off, as weeks have them."""
    return [
        meeting
        for listing in listings
        for meeting in each_time_once(
            one
            for one in meetings_of(listing, start, until)
            if one.occurrence.start >= start and (one.venue is None or is_here(one.venue, codes))
        )
    ]
