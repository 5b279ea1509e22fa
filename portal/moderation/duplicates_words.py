"""What words of a name mean when two listings are compared. Chosen as decision 0046 tells."""

SAME_WORDS = {
    "saint": "st", "saints": "st", "sts": "st", "ss": "st",
    "center": "centre", "ctr": "centre", "centres": "centre", "comm": "community",
    "caffi": "cafe", "caffe": "cafe", "meth": "methodist", "cong": "congregational",
    "rd": "road", "ave": "avenue", "ln": "lane", "sq": "square", "av": "avenue", "cl": "close",
    "llyfrgell": "library", "canolfan": "centre", "eglwys": "church", "capel": "chapel", "neuadd": "hall",
    "cymunedol": "community", "gymunedol": "community", "pentref": "village", "hwb": "hub", "ysgol": "school",
    "libraries": "library", "churches": "church", "halls": "hall", "urc": "reformed", "cofe": "church",
    "womens": "women", "ladies": "women", "lady": "women", "mens": "men",
    "foodbank": "food", "bank": "food", "assoc": "association", "soc": "society", "univ": "university",
    "intl": "international", "cc": "cricket", "fc": "football", "afc": "football", "rfc": "rugby",
    "cic": "", "cio": "",
    "first": "1", "second": "2", "third": "3", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "5th": "5",
}  # fmt: skip
"""Spellings of one word, English and Welsh; an empty one is left out."""


def one_form(word: str) -> str:
    """A word without the s of many, or of what is somebody's: so "St Mary" is "St Marys"."""
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word


_NOTHING = """
the a an of and at in for to on by with our your y yr ac o i ltd limited plc llp registered charity uk gb
warm welcome welcoming space spaces spot spots place places
"""
NO_WORDS = frozenset(_NOTHING.split())
"""Words that tell no two listings apart: legal forms, small words, and what every warm space is called."""

_KINDS = """
church chapel parish centre hall library cafe hub community club group project association trust foundation society
service services village town city council methodist baptist reformed united catholic evangelical free salvation army
christian school primary college museum house rooms room memorial institute charitable support care food coffee morning
lunch tea drop dropin meet social friends wellbeing memory youth toddler st national international british royal company
old new north south east west central street road cathedral mosque temple gurdwara leisure sports sport arts health
family children childrens resource resources volunteer voluntary action neighbourhood residents tenants older people
chat natter brew breakfast soup kitchen games craft crafts knit knitting table living hot meal meals cosy corner open
door bite chatty cuppa well being public
"""
KIND_WORDS = frozenset(map(one_form, _KINDS.split()))
"""Words of many names: sharing one says little."""

KINDS = frozenset({"library", "church", "museum", "school", "college", "cafe", "mosque", "centre", "hall", "club"})
"""What a name says its bearer is. Two that say so differently are rarely one."""

SIDE_WORDS = frozenset(
    {"friend", "toy", "women", "girl", "men", "junior", "toddler", "baby", "legacy", "benevolent", "pension", "circuit"}
)
"""Words of a body beside another: "Friends of X" is not X."""

_ROWS: tuple[dict[str, str], ...] = (
    {"women": "women", "girls": "women", "men": "men", "boys": "men"},
    {
        "junior": "young", "juniors": "young", "youth": "young", "young": "young",
        "toddler": "small", "toddlers": "small", "baby": "small", "babies": "small",
        "senior": "old", "seniors": "old", "veterans": "old",
    },
    {
        "methodist": "1", "baptist": "2", "catholic": "3", "quaker": "4", "reformed": "5", "salvation": "6",
        "evangelical": "7", "pentecostal": "8", "unitarian": "9", "adventist": "10", "orthodox": "11",
    },
    {"north": "north", "south": "south", "east": "east", "west": "west"},
    {"monday": "1", "tuesday": "2", "wednesday": "3", "thursday": "4", "friday": "5", "saturday": "6", "sunday": "7"},
    {
        "football": "football", "rugby": "rugby", "cricket": "cricket", "bowling": "bowls", "bowls": "bowls",
        "tennis": "tennis", "hockey": "hockey", "netball": "netball", "rowing": "rowing", "swimming": "swimming",
        "judo": "judo", "karate": "karate",
    },
    {str(number): str(number) for number in range(1, 200)},
)  # fmt: skip
SETS_APART = tuple({one_form(word): kind for word, kind in row.items()} for row in _ROWS)
"""Words of one row that set two names apart where each bears another of them."""
