"""What people say in the demo: words that wait, themes with what was done, and answers to "did it help?". All invented.

Made once for each area, on days of the past; what happened to it since is left alone.
"""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import exists, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter, this_quarter
from portal.demo.referring import moment
from portal.demo.rows import FIRST_GROUP, SETS, demo_id
from portal.demo.sayings import SAYINGS, Said, Theme
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.queries import codes_of
from portal.partners import queries as partners
from portal.unmet.models import UnmetNeed
from portal.voice import helped
from portal.voice.kinds import AGAIN, HELPED, NO_ANSWER
from portal.voice.models import HelpedAsked, HelpedCount, HelpedWords, VoiceSaid, VoiceTheme

MOST_RATED = 4
RATED: Sequence[tuple[int, ...]] = ((8, 3, 1, 0), (6, 2, 0, 0), (3, 2, 1, 0), (22, 11, 9, 0))
"""Answers about the first services of an area in each of four quarters, from a lot to worse.

One has too few to be shown; of one all are told, and so is the share of those whom it helped.
"""
WAITS = "Warm, and nobody asked why I came. The stairs are steep."
READ = "I was shy at the door and somebody came out to meet me."
NOT_FOUND = (
    ("befriending", "Somebody to play chess with in the evening."),
    ("transport", "A lift to the clinic on Tuesdays. I am Maud Ellery and live by the park."),
)
DISTRICTS = {"leicester": "LE2", "camden": "NW5", "epsom-and-surrey-downs": "KT18"}


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    made = [_area(slug) for slug in SETS]
    return any([*made, _ask()])


def _ask() -> bool:
    """Ask whoever had a first visit whether it helped, as the worker would have done yesterday: the links wait in the outbox."""
    if db.session.scalar(select(exists().where(HelpedAsked.introduction_id.is_not(None)))):
        return False
    with clock.freeze(moment(1)):
        helped.ask.run()
    return bool(db.session.scalar(select(exists().where(HelpedAsked.introduction_id.is_not(None)))))


def _area(slug: str) -> bool:
    found = db.session.scalar(select(NeighbourhoodSet).where(NeighbourhoodSet.slug == slug))
    if found is None or not found.neighbourhoods or db.session.get(VoiceTheme, _id(slug, 0)) is not None:
        return False
    here = list(found.neighbourhoods)
    for number, theme in enumerate(SAYINGS[slug].themes):
        db.session.add(_theme(slug, here, number, theme))
    db.session.flush()
    for number, said in enumerate(SAYINGS[slug].said):
        db.session.add(_said(slug, here[0], number, said))
    _rate(slug, here)
    _needs(slug, DISTRICTS[slug])
    return True


def _theme(slug: str, here: list[Neighbourhood], number: int, theme: Theme) -> VoiceTheme:
    where = None if theme.neighbourhood is None else here[theme.neighbourhood % len(here)]
    at = clock.now() - timedelta(days=theme.days)
    decision_id = next((one.id for one in partners.decisions_for(slug) if one.title == theme.decision), None)
    quote = None if theme.quote is None else SAYINGS[slug].said[theme.quote].words
    return VoiceTheme(
        id=_id(slug, number), area=slug, neighbourhood_id=where.id if where else None, said=theme.said, quote=quote,
        done=theme.done, done_on=at.date() if theme.done else None, board_decision_id=decision_id,
        state="published" if theme.done else "draft", created_at=at, published_at=at if theme.done else None,
    )  # fmt: skip


def _said(slug: str, here: Neighbourhood, number: int, told: Said) -> VoiceSaid:
    at, is_cleared = clock.now() - timedelta(days=told.days, hours=number), told.theme is not None
    return VoiceSaid(
        id=demo_id("voice-said", slug, number), reference=f"{SETS.index(slug) + 2}D{number + 2}KPHMW", area=slug,
        about=told.about, neighbourhood_id=here.id, path=told.path, words=told.words, contact=told.contact,
        may_show=told.may_show, state="cleared" if is_cleared else "waiting",
        cleared_words=told.words if is_cleared else None, cleared_at=at if is_cleared else None,
        theme_id=_id(slug, told.theme) if told.theme is not None else None, created_at=at,
        form_key=f"demo-voice-{slug[:20]}-{number:02}",
    )  # fmt: skip


def _rate(slug: str, here: list[Neighbourhood]) -> None:
    """Counts for services that meet in the area, for four quarters, and words of one answer."""
    services = _services(here)
    quarter = this_quarter().before
    for back in range(4):
        for number, service in enumerate(services):
            helped = RATED[(number + back) % len(RATED)]
            _count(service, quarter, helped, Random(f"{slug}-{number}-{back}"))
        quarter = quarter.before
    if services:
        db.session.add_all(
            [_after_a_visit(slug, services[0], WAITS), _after_a_visit(slug, services[0], READ, is_read=True)]
        )


def _after_a_visit(slug: str, service: Service, words: str, *, is_read: bool = False) -> HelpedWords:
    """Words of an answer: of this quarter, or of the last one and cleared."""
    quarter = this_quarter().before if is_read else this_quarter()
    return HelpedWords(
        id=demo_id("helped-words", slug, quarter.slug), quarter=quarter.slug, service_id=service.id, area=slug, words=words,
        state="cleared" if is_read else "waiting", cleared_words=words if is_read else None,
        goes_on=quarter.last + timedelta(days=90),
    )  # fmt: skip


def _needs(slug: str, district: str) -> None:
    """What two people could not find: one was read and cleared."""
    for number, (need, words) in enumerate(NOT_FOUND):
        at, is_read = clock.now() - timedelta(days=9 - number * 7), number == 0
        db.session.add(
            UnmetNeed(
                id=demo_id("unmet-said", slug, number), needs=[need], district=district, words=words, created_at=at,
                cleared_words=words if is_read else None, cleared_at=at if is_read else None,
                form_key=f"demo-unmet-{slug[:20]}-{number:02}",
            )
        )  # fmt: skip


def _count(service: Service, quarter: Quarter, helped: tuple[int, ...], chance: Random) -> None:
    for answer, total in zip(HELPED, helped, strict=True):
        left = total
        for again in (*AGAIN, NO_ANSWER):
            some = left if again == NO_ANSWER else min(left, chance.randint(left // 2, left))
            left -= some
            db.session.add(
                HelpedCount(
                    quarter=quarter.slug, service_id=service.id, helped=answer, again=again,
                    organization_id=service.organization_id, neighbourhood_id=None, count=some,
                )
            )  # fmt: skip


def _services(here: list[Neighbourhood]) -> list[Service]:
    """Open listings that meet in these neighbourhoods: those of the group that can sign in to the demo, then by name."""
    codes = frozenset[str]().union(*(codes_of(one) for one in here))
    meets = select(ServiceAtLocation.service_id).join(Location)
    meets = meets.where(Location.neighbourhood_code.in_(codes) | Location.authority_code.in_(codes))
    first = demo_id("organization", *FIRST_GROUP)
    wanted = select(Service).where(Service.id.in_(meets), Service.status == "active", Service.withdrawn_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Service.organization_id != first, Service.name).limit(MOST_RATED)))


def _id(slug: str, number: int) -> UUID:
    return demo_id("voice-theme", slug, number)
