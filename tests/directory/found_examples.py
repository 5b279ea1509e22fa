"""Hand-made answers of a search, one for each state of the results page. Names are invented."""

from dataclasses import replace
from uuid import UUID

from markupsafe import Markup

from portal.directory.asking import request_from
from portal.directory.cards import Card, Tag
from portal.directory.found import FilterGroup, Found, Option, Paging, Spot, Way
from portal.directory.understanding import Understanding
from portal.geography.places import Place, PlaceProblem

LE2 = Place(
    "LE2 0QB", "LE2", "district", 52.6176, -1.1160, "district", sector="LE2", authority_name="Leicester", nation="england"
)  # fmt: skip
CHECKED = Tag("checked", "Checked this month")


def card(number: int, name: str, organisation: str, line: str, **facts: object) -> Card:
    facts.setdefault("space", Tag("drop-in", "Drop in"))
    facts.setdefault("freshness", CHECKED)
    facts.setdefault("cost_label", "Free")
    facts.setdefault("joining_label", "Drop in")
    facts.setdefault("joining_note", "no appointment needed")
    facts.setdefault("lang", "en")
    return Card(
        id=UUID(int=number), slug=name.lower().replace(" ", "-"), name=name, organisation=organisation,
        organisation_id=UUID(int=900 + number), line=line, direction="ltr", **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def next_time(day: str, hours: str) -> Markup:
    return Markup("Next: <strong>%s</strong>, %s") % (day, hours.replace(" ", "\u00a0"))


CARDS = (
    card(1, "Tuesday Table", "Larkfield Bereavement Circle",
         "Tea and talk for people who have lost a partner. A host meets you at the door. You can just listen.",
         when=next_time("Tuesday 24 November", "10am to midday"), distance_label="Under half a mile",
         place_label="Clarendon Park", languages_label="English, Gujarati", is_step_free=True,
         space=Tag("space", "Space now"), is_saved=True),
    card(2, "Mend and Make", "Knighton Lane Workbench",
         "Fix things beside other men, with a brew at 11. Tools and a mentor are there. No skill needed.",
         when=next_time("Wednesday 25 November", "9.30am to 12.30pm"), distance_label="About 1 mile",
         place_label="South Knighton", is_step_free=True),
    card(3, "Six Talks: support after a death", "Two Chairs Counselling",
         "Six meetings with a trained grief volunteer. Face to face or by phone. Bring someone if you like.",
         when=Markup("<strong>By appointment</strong>, weekdays and Thursday evenings"), distance_label="About 2 miles",
         place_label="city centre, or by phone", joining_label="Refer yourself", joining_note="no referral needed",
         languages_label="English, Punjabi, Urdu", space=Tag("wait", "Wait about 3 weeks"),
         freshness=Tag("checked", "Checked October 2026")),
    card(4, "Ring Round", "Evington Good Company",
         "The same volunteer phones you each week for a chat. You choose the day and time.",
         when=Markup("<strong>By phone</strong>, any weekday"), when_icon="phone", joining_label="Refer yourself",
         joining_note="no referral needed", reach_label="By phone", languages_label="English, Gujarati, Hindi",
         space=Tag("ask", "Ask about space"), freshness=Tag("checked", "Checked September 2026")),
    card(5, "Walk and Natter", "Saffron Brook Walkers",
         "A slow, flat mile round the park and a hot drink after. Dogs welcome. Most people come alone.",
         when=next_time("Friday 27 November", "11am to 12.30pm"), distance_label="About 1 mile",
         place_label="Victoria Park gate", freshness=Tag("stale", "Not checked since March 2026 - phone first")),
    card(6, "Song for Someone", "Aylestone Voices",
         "A choir for people who are grieving. You do not need to read music or sing on your own.",
         when=next_time("Tuesday 5 January", "7pm to 8.30pm"), distance_label="About 2 miles", place_label="Aylestone",
         cost_label="£3 a session", joining_label="Refer yourself", joining_note="no referral needed", is_step_free=True,
         space=Tag("full", "Full until 5 January"), freshness=Tag("source", "From Open Leicester, not checked by us yet")),
)  # fmt: skip

REQUEST = request_from(
    {"q": ["I feel lonely since my wife died"], "near": ["LE2 0QB"], "within": ["3"], "join": ["drop_in", "self_refer"]}
)


def group(name: str, title: str, *options: tuple[str, str, int], on: str = "", **more: object) -> FilterGroup:
    made = tuple(Option(value, label, count, value in on.split()) for value, label, count in options)
    return FilterGroup(name, title, more.pop("kind", "checkbox"), made, **more)  # type: ignore[arg-type]


GROUPS = (
    group("within", "Distance", ("1", "1 mile", 8), ("3", "3 miles", 23), ("all", "Whole area", 58), on="3", kind="radio"),
    group("join", "Joining", ("drop_in", "Drop in", 11), ("self_refer", "Refer yourself", 12), on="drop_in self_refer"),
    group("when", "When", ("today", "Today", 3), ("this_week", "This week", 14), ("evening", "Evening", 5)),
    group("access", "Getting in", ("step_free", "Step-free", 15), ("near_bus", "Near a bus stop", 13),
          untold="6 more have not told us if they are step-free."),
    group("how", "How it happens", ("in_person", "In person", 20), ("phone", "Phone", 3), is_folded=True),
    FilterGroup("topic", "Topic", "checkbox",
                (Option("bereavement", "Grief and loss", 12, False, "How you feel"),
                 Option("loneliness", "Feeling lonely or cut off", 9, False, "People and things to do")), is_folded=True),
)  # fmt: skip


def spot(one: Card, **facts: object) -> Spot:
    place = {
        "place": one.place_label or "",
        "address": "12 Larkfield Walk, LE2 0QB",
        "lat": 52.617,
        "lon": -1.116,
    } | facts
    return Spot(one.id, one.name, one.slug, **place)  # type: ignore[arg-type]


MANY = Found(
    request=REQUEST,
    understanding=Understanding(needs=("bereavement", "loneliness")),
    total=23,
    place=LE2,
    guesses=(
        Way("Grief and loss", REQUEST.refusing("bereavement").params()),
        Way("Feeling lonely", REQUEST.refusing("loneliness").params()),
    ),
    removables=(
        Way("Within 3 miles", REQUEST.without_value("within", "3").params()),
        Way("Drop in", REQUEST.without_value("join", "drop_in").params()),
        Way("Refer yourself", REQUEST.without_value("join", "self_refer").params()),
    ),
    clear=REQUEST.without_filters().params(),
    groups=GROUPS,
    sorts=(Option("best", "Best match", None, True), Option("nearest", "Nearest", None, False)),
    cards=CARDS,
    spots=(
        spot(CARDS[0]),
        spot(CARDS[1], lat=52.603, lon=-1.121),
        spot(CARDS[4], lat=52.622, lon=-1.112, address="", is_about=True),
        spot(CARDS[5], lat=52.604, lon=-1.148),
    ),
    paging=Paging(1, 3, 1, 10, 23),
    shared=REQUEST.params(near="LE2 0"),
)
SHORT = Found(request=request_from({}), understanding=Understanding(), total=1, cards=CARDS[:1],
              paging=Paging(1, 1, 1, 1, 1))  # fmt: skip
ON_MAP = replace(MANY, request=replace(REQUEST, view="map"))
WRONG_PLACE = replace(
    MANY,
    request=replace(REQUEST, near="Atlantis"),
    place=None,
    place_problem=PlaceProblem("Atlantis", "unknown"),
)
CORRECTED = replace(
    MANY,
    corrected="loneliness",
    instead=Way("Search instead for lonelyness", replace(REQUEST, exact=True).params()),
    notices=("We left out a filter that we do not know.",),
    from_sql=True,
)
NONE = Found(
    request=request_from({"q": ["grief group in Polish on a Sunday"], "near": ["KT19"], "when": ["sun"]}),
    understanding=Understanding(needs=("bereavement",)),
    total=0,
    place=replace(LE2, text="KT19", label="KT19", sector="KT19"),
    guesses=(Way("Grief and loss", {"q": "grief", "not": ("bereavement",)}), Way("Polish", {"q": "grief"})),
    removables=(Way("Sunday", {"q": "grief"}),),
    widenings=(
        Way("Any day", {"q": "grief"}, 6),
        Way("Within 5 miles", {"q": "grief", "within": "5"}, 11),
        Way("Online or phone", {"q": "grief", "how": ("online", "phone")}, 14),
        Way("Similar: Befriending", {"topic": ("befriending",)}, 4),
    ),
)
EMPTY = Found(request=request_from({"q": ["zzzz"]}), understanding=Understanding(), total=0)
OUTSIDE = replace(MANY, is_outside=True, place=replace(LE2, label="Truro", sector="", authority_name="Cornwall"))
PRIVATE = replace(MANY, is_sensitive=True)
STATES = {
    "many": MANY, "short": SHORT, "map": ON_MAP, "wrong-place": WRONG_PLACE, "corrected": CORRECTED, "none": NONE,
    "empty": EMPTY, "outside": OUTSIDE, "private": PRIVATE,
}  # fmt: skip
