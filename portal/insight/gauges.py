"""How much there is, read once a day: listings, those that were checked, and times at which one can walk in. No people."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from portal.core import clock
from portal.directory.listings import Listing
from portal.directory.queries import listings_in
from portal.geography.queries import codes_by_neighbourhood, sets_in_order
from portal.insight import noting
from portal.insight.noting import Row
from portal.neighbourhoods import drop_ins
from portal.neighbourhoods.week import is_here

CHECKED_WITHIN = timedelta(days=90)


def read() -> int:
    """Note how much there is today in every neighbourhood. Gives how many facts were added; of a second run on a day, none."""
    today = clock.today()
    return noting.add({**row, "source": f"gauge:{today}:{row['place']}", "day": today} for row in readings())


def readings(areas: Collection[str] | None = None) -> Iterator[Row]:
    """How much there is now, by neighbourhood, of all sets or those with these slugs: facts without a day."""
    for cut in sets_in_order():
        ids = [one.id for one in cut.neighbourhoods if areas is None or cut.slug in areas]
        codes = codes_by_neighbourhood(ids) if ids else {}
        every = listings_in(frozenset(code for held in codes.values() for code in held)) if codes else []
        for neighbourhood_id, held in codes.items():
            yield from _of_place(cut.slug, neighbourhood_id.hex, held, every)


def _of_place(area: str, place: str, codes: frozenset[str], every: Sequence[Listing]) -> Iterator[Row]:
    today = clock.today()
    here = [one for one in every if any(venue.is_physical and is_here(venue, codes) for venue in one.venues)]
    since = today - CHECKED_WITHIN
    checked = sum(1 for one in here if one.service.assured_date is not None and one.service.assured_date >= since)
    walk_in = drop_ins.week_of([one for one in here if drop_ins.is_drop_in(one)], codes, today).count
    for fact, count in (("listings", len(here)), ("checked", checked), ("cafes", walk_in)):
        yield {"fact": fact, "area": area, "place": place, "count": count}
