"""What people say in each area of the demo: themes, the decision that answered one, and what visitors typed. All invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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
    """What was said and done, so many days ago. `neighbourhood`: which of its set, by place; None for all of them.

    `decision`: the title of the decision of a board that answered it. `quote`: which of the words of the area stands there.
    """

    said: str
    done: str | None
    days: int
    neighbourhood: int | None = 0
    quote: int | None = None
    decision: str | None = None


@dataclass(frozen=True)
class Sayings:
    """What is said in one area."""

    themes: Sequence[Theme]
    said: Sequence[Said]


SAYINGS: Mapping[str, Sayings] = {
    "leicester": Sayings(
        (
            Theme(
                "Nothing for men at weekends", "The Repair Table now opens on Saturdays too, 10am to 1pm.", 5, 0,
                quote=0, decision="Pay for a Saturday of the Repair Table",
            ),
            Theme("The welcome sheets are only in English", "They came out in Gujarati, Punjabi and Somali.", 41, None),
            Theme("The path to the hall is too dark at six", "The council put up two lamps, and we meet at the gate.", 63, 0),
            Theme(
                "The cafe closes before I need it",
                "The cafe in Saffron stays open until 11pm, and a taxi home can be asked for.",
                35, 1, decision="Keep the Saffron cafe open until 11pm",
            ),
            Theme("Too few places to sit on the way to the clinic", None, 12, 0),
        ),
        (
            Said("missing", "There is nothing for men at weekends. I would come on a Saturday.", 50, may_show=True, theme=0),
            Said("missing", "My husband retired and sits at home on Sundays.", 44, theme=0),
            Said(
                "missing", "A bench half way up the hill would help. My name is Orla Penhaligon.", 6, may_show=True,
                contact="orla@people.example.org",
            ),
            Said("helped", "Mrs Okonkwo at the library showed me how to send pictures. Thank you!", 3, may_show=True),
            Said("page", "The map is hard to read on my phone.", 2, path="/services"),
            Said("worry", "Who reads what I type here? I would like to know before I write more.", 1, path="/privacy"),
        ),
    ),
    "camden": Sayings(
        (
            Theme(
                "I do not know who the neighbourhood team is",
                "The team has a table at the market on the first Saturday of each month. Come and ask.", 31, None,
                quote=0, decision="Meet the team at the market",
            ),
            Theme("The lift at the centre is always broken", "It was mended, and a ramp leads to the side door.", 40, 0),
            Theme("Nobody picks up the phone after four", "One number now leads to whoever is open, until 8pm.", 35, 1),
            Theme("The lunch is on the same day as the clinic", "Lunch moved from Tuesdays to Wednesdays.", 58, 0),
            Theme("Nowhere to change a grown-up child", None, 12, 0),
        ),
        (
            Said("missing", "I hear there is a team for us. Who are they, and where do I meet them?", 70, may_show=True, theme=0),
            Said("missing", "My mother would talk to the team if she saw a face first.", 66, theme=0),
            Said(
                "missing", "A quiet hour at the pool, please. My name is Ines Vandermolen.", 6, may_show=True,
                contact="ines@people.example.org",
            ),
            Said("helped", "Mr Adeyinka at the drop-in filled in the form with me.", 3, may_show=True),
            Said("page", "I cannot find the times of the cafe with my screen reader.", 2, path="/services"),
            Said("worry", "Can my landlord see that I looked for help here?", 1, path="/privacy"),
        ),
    ),
    "epsom-and-surrey-downs": Sayings(
        (
            Theme(
                "I came home from hospital and heard from nobody", "Somebody of the team rings within two days of coming home.",
                14, None, quote=0, decision="Ring everybody within two days",
            ),
            Theme("The last bus goes before the choir ends", "The choir begins half an hour earlier.", 41, 0),
            Theme("We cannot hear a word in the hall", "The hall has a hearing loop and a microphone.", 63, 0),
            Theme("Help is only for people over 70", "The lunch club now takes anybody over 60.", 35, 1),
            Theme("No toilet on the walk round the pond", None, 12, 0),
        ),
        (
            Said("missing", "After my hip I sat at home for a week and the phone never rang.", 52, may_show=True, theme=0),
            Said("missing", "My neighbour was sent home on a Friday with an empty fridge.", 47, theme=0),
            Said(
                "missing", "A handrail by the church steps would help. My name is Perdita Longmuir.", 6, may_show=True,
                contact="perdita@people.example.org",
            ),
            Said("helped", "Mrs Trevithick drove me to the eye clinic and waited.", 3, may_show=True),
            Said("page", "The letters are too small on my tablet.", 2, path="/services"),
            Said("worry", "How long do you keep what I write?", 1, path="/privacy"),
        ),
    ),
}  # fmt: skip
