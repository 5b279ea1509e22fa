"""Plain words that surely mean a filter, what only looks like one, and words of who looks after a listing, by language."""

from collections.abc import Mapping
from types import MappingProxyType

Phrases = tuple[str, ...]
Filter = tuple[str, str]

FILTER_WORDS: Mapping[str, Mapping[Filter, Phrases]] = MappingProxyType(
    {
        "en": {
            ("cost", "free"): ("free", "free of charge", "no charge", "for nothing"),
            ("when", "open_now"): ("open now", "open right now"),
            ("when", "today"): ("today",),
            ("when", "tonight"): ("tonight", "tonite", "this evening"),
            ("when", "this_week"): ("open this week", "on this week", "group this week", "session this week"),
            ("when", "evening"): ("evening",),
            ("when", "weekend"): ("weekend",),
            ("when", "mon"): ("monday",),
            ("when", "tue"): ("tuesday", "tues"),
            ("when", "wed"): ("wednesday",),
            ("when", "thu"): ("thursday", "thurs"),
            ("when", "fri"): ("friday",),
            ("when", "sat"): ("saturday",),
            ("when", "sun"): ("sunday",),
            ("how", "online"): (
                "online group",
                "online class",
                "online course",
                "online session",
                "on zoom",
                "over zoom",
            ),
            ("how", "home_visit"): ("come to my home", "come to my house", "come to me", "home visit"),
            ("who", "women_only"): (
                "women only",
                "woman only",
                "female only",
                "ladies only",
                "only women",
                "only woman",
            ),
            ("who", "men_only"): ("men only", "male only", "only men"),
            ("who", "carers"): ("for carer", "carer group", "i am a carer", "im a carer"),
            ("who", "lgbtq"): ("lgbt", "lgbtq", "lgbtqia", "lgbtq+"),
            ("who", "veterans"): ("veteran", "ex forces", "ex army", "ex military"),
            ("access", "step_free"): ("step free", "stepfree", "wheelchair access", "wheelchair accessible", "no step"),
            ("access", "accessible_toilet"): ("accessible toilet", "disabled toilet", "accessible loo", "disabled loo"),
            ("access", "hearing_loop"): ("hearing loop", "induction loop"),
            ("access", "quiet_space"): ("quiet space", "quiet room"),
            ("access", "parking"): ("parking", "car park"),
            ("language", "bsl"): ("bsl", "british sign language", "sign language"),
            ("join", "drop_in"): ("drop in", "dropin", "no appointment", "without an appointment", "just turn up"),
            ("join", "self_refer"): ("self refer", "self referral", "refer myself", "no referral"),
        },
        "cy": {
            ("cost", "free"): ("am ddim", "rhad ac am ddim"),
            ("when", "today"): ("heddiw",),
            ("when", "tonight"): ("heno",),
            ("when", "weekend"): ("penwythnos",),
            ("when", "mon"): ("dydd llun",),
            ("when", "tue"): ("dydd mawrth",),
            ("when", "wed"): ("dydd mercher",),
            ("when", "thu"): ("dydd iau",),
            ("when", "fri"): ("dydd gwener",),
            ("when", "sat"): ("dydd sadwrn",),
            ("when", "sun"): ("dydd sul",),
            ("who", "women_only"): ("menywod yn unig", "merched yn unig"),
            ("who", "men_only"): ("dynion yn unig",),
            ("access", "step_free"): ("heb risiau",),
            ("language", "bsl"): ("iaith arwyddion prydain", "iaith arwyddion"),
            ("join", "drop_in"): ("galw heibio",),
        },
        "ur": {
            ("cost", "free"): ("مفت",),
            ("when", "today"): ("آج",),
            ("when", "tonight"): ("آج رات", "آج شام"),
            ("who", "women_only"): ("صرف خواتین", "صرف عورتیں"),
            ("who", "men_only"): ("صرف مرد",),
        },
    }
)

NO_FILTERS: Mapping[str, Phrases] = MappingProxyType(
    {
        "en": (
            "gluten free", "dairy free", "sugar free", "fat free", "smoke free", "drug free", "alcohol free", "debt free",
            "pain free", "stress free", "violence free", "hands free", "nut free", "lactose free", "free time", "free from",
            "free school meal", "free church", "feel free", "set free", "break free", "be free", "free speech", "free range",
            "free trial", "free travel pass", "free bus pass", "free tv licence", "free prescription", "free childcare",
            "30 hours free", "15 hours free", "free running", "freedom", "black friday", "good friday", "easter monday",
            "pancake tuesday", "shrove tuesday", "ash wednesday", "sheffield wednesday", "palm sunday", "mothering sunday",
            "sunday school", "sunday service", "sunday mail", "learn bsl", "bsl class", "bsl course", "bsl lesson",
            "learn sign language", "sign language class", "sign language course", "sign language lesson", "makaton sign language",
            "car parking permit", "parking permit", "parking fine", "parking ticket", "parking badge", "blue badge parking",
            "disabled parking badge", "veteran car", "veteran car club", "drop in income", "drop in benefit",
            "good evening", "every evening alone", "evening alone", "weekend alone",
        ),
    }
)  # fmt: skip
"""What holds a word of a filter and does not mean it."""

MANAGING: Mapping[str, Phrases] = MappingProxyType(
    {
        "en": (
            "add our group", "add my group", "add a group", "add our charity", "add my charity", "add our service",
            "add my service", "add a service", "add our club", "add my club", "add our class", "add my class",
            "add our organisation", "add my organisation", "add our listing", "add my listing", "add a listing",
            "add our session", "add my session", "add our event", "add my event", "list our group", "list my group",
            "list our service", "list my service", "list our charity", "list my charity", "register our group",
            "register my group", "register our service", "register our charity", "register my charity",
            "update our listing", "update my listing", "update our opening time", "update our opening hour",
            "update my opening time", "update our detail", "update our group", "update my group", "update our page",
            "update our entry", "update our service", "update our session", "update our time", "update our phone number",
            "update our address", "change our listing", "change my listing", "change our opening time",
            "change our opening hour", "change our detail", "change our phone number", "change our address",
            "change our time", "change our session", "edit our listing", "edit my listing", "edit our page",
            "edit our detail", "remove our listing", "remove my listing", "remove our group", "delete our listing",
            "claim our listing", "claim my listing", "our listing is wrong", "our detail are wrong",
            "our group has closed", "our group has moved",
        ),
        "cy": (
            "ychwanegu ein grwp", "ychwanegu fy ngrwp", "ychwanegu ein helusen", "ychwanegu ein gwasanaeth",
            "diweddaru ein manylion", "diweddaru ein horiau agor", "newid ein manylion", "newid ein horiau agor",
        ),
        "ur": ("ہمارا گروپ شامل کریں", "اپنا گروپ شامل کریں"),
    }
)  # fmt: skip
"""What somebody types who wants to add or change a listing of their own."""
