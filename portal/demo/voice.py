"""What people say in the demo: words that wait, themes with what was done, and answers to "did it help?". All invented.

Made once for each area, on days of the past; what happened to it since is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter, this_quarter
from portal.demo.rows import demo_id
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.queries import codes_of
from portal.partners import queries as partners
from portal.unmet.models import UnmetNeed
from portal.voice.kinds import AGAIN, HELPED, NO_ANSWER
from portal.voice.models import HelpedCount, HelpedWords, VoiceSaid, VoiceTheme

FIRST_GROUP = ("leicester", "Larkfield Social Club")
MOST_RATED = 4
AREAS = ("leicester", "camden", "epsom-and-surrey-downs")


@dataclass(frozen=True)
class Said:
    """What a visitor said, so many days ago. `theme`: to which of the themes it was put once it was cleared; others wait."""

    about: str
    words: str
    days: int
    may_show: bool = False
    theme: int | None = None
    path: str | None = None
    contact: str | None = None


@dataclass(frozen=True)
class Theme:
    """What was said and done, so many days ago. `neighbourhood`: which of its set, by place; None for all of them."""

    said: str
    done: str | None
    days: int
    neighbourhood: int | None = 0
    quote: str | None = None
    is_decided: bool = False


THEMES: Sequence[Theme] = (
    Theme(
        "Nothing for men at weekends", "Repair Table now opens on Saturdays, 10am to 1pm.", 5, 0,
        "I mend things. Give me a bench and somebody to talk to.", is_decided=True,
    ),
    Theme("The forms are only in English", "Welcome sheets came out in Bengali, Somali and Gujarati.", 41, None),
    Theme("The path to the hall is too dark at six", "The council put up two lamps, and we meet at the gate.", 63, 0),
    Theme("Nobody picks up the phone after four", "One number now leads to whoever is open, until 8pm.", 35, 1, is_decided=True),
    Theme("Too few places to sit on the way to the clinic", None, 12, 0),
)  # fmt: skip
"""The same in every area, so that each has all there is to see."""
SAID: Sequence[Said] = (
    Said("missing", "There is nothing for men at weekends. I would come on a Saturday.", 50, may_show=True, theme=0),
    Said("missing", "My husband retired and sits at home on Sundays.", 44, theme=0),
    Said(
        "missing", "A bench half way up the hill would help. My name is Orla Penhaligon.", 6, may_show=True,
        contact="orla@people.example.org",
    ),
    Said("helped", "Mrs Okonkwo at the library showed me how to send pictures. Thank you!", 3, may_show=True),
    Said("page", "The map is hard to read on my phone.", 2, path="/services"),
    Said("worry", "Who reads what I type here? I would like to know before I write more.", 1, path="/privacy"),
)  # fmt: skip
RATED: Sequence[tuple[int, ...]] = ((8, 3, 1, 0), (6, 2, 0, 0), (3, 2, 1, 0), (9, 8, 3, 1))
"""Answers about the first services of an area in each of four quarters, from a lot to worse. One has too few to be shown."""
WAITS = "Warm, and nobody asked why I came. The stairs are steep."
READ = "I was shy at the door and somebody came out to meet me."
NOT_FOUND = (
    ("befriending", "Somebody to play chess with in the evening."),
    ("transport", "A lift to the clinic on Tuesdays. I am Maud Ellery and live by the park."),
)
DISTRICTS = {"leicester": "LE2", "camden": "NW5", "epsom-and-surrey-downs": "KT18"}


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    made = [_area(slug) for slug in AREAS]
    return any(made)


def _area(slug: str) -> bool:
    found = db.session.scalar(select(NeighbourhoodSet).where(NeighbourhoodSet.slug == slug))
    if found is None or not found.neighbourhoods or db.session.get(VoiceTheme, _id(slug, 0)) is not None:
        return False
    here = list(found.neighbourhoods)
    for number, theme in enumerate(THEMES):
        db.session.add(_theme(slug, here, number, theme))
    db.session.flush()
    for number, said in enumerate(SAID):
        db.session.add(_said(slug, here[0], number, said))
    _rate(slug, here)
    _needs(slug, DISTRICTS[slug])
    return True


def _theme(slug: str, here: list[Neighbourhood], number: int, theme: Theme) -> VoiceTheme:
    where = None if theme.neighbourhood is None else here[theme.neighbourhood % len(here)]
    at = clock.now() - timedelta(days=theme.days)
    before = [one.id for one in partners.decisions_for(slug) if one.decided_on < at.date()]
    decision_id = before[0] if theme.is_decided and before else None
    return VoiceTheme(
        id=_id(slug, number), area=slug, neighbourhood_id=where.id if where else None, said=theme.said, quote=theme.quote,
        done=theme.done, done_on=at.date() if theme.done else None, board_decision_id=decision_id,
        state="published" if theme.done else "draft", created_at=at, published_at=at if theme.done else None,
    )  # fmt: skip


def _said(slug: str, here: Neighbourhood, number: int, told: Said) -> VoiceSaid:
    at, is_cleared = clock.now() - timedelta(days=told.days, hours=number), told.theme is not None
    return VoiceSaid(
        id=demo_id("voice-said", slug, number), reference=f"{AREAS.index(slug) + 2}D{number + 2}KPHMW", area=slug,
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
