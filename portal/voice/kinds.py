"""What can be said and answered, as tables. Keys are kept in the database and are never renamed."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

ABOUT: Mapping[str, LazyString] = {
    "missing": _l("Something is missing near me"),
    "helped": _l("Something helped me, or somebody I know"),
    "page": _l("This page is wrong or hard to use"),
    "worry": _l("I am worried about something on this site"),
}
"""What a visitor's words are about, in the order of the form."""
ABOUT_SHORT: Mapping[str, LazyString] = {
    "missing": _l("Something is missing"),
    "helped": _l("Something helped"),
    "page": _l("A page of the site"),
    "worry": _l("A worry about the site"),
}
"""The same in the queue."""
HELPED: Mapping[str, LazyString] = {
    "a-lot": _l("It helped a lot"),
    "a-little": _l("It helped a little"),
    "not": _l("It did not help"),
    "worse": _l("It made things worse"),
}
"""Whether a first visit helped."""
AGAIN: Mapping[str, LazyString] = {
    "yes": _l("Yes"),
    "no": _l("No"),
    "unsure": _l("I do not know yet"),
}
"""Whether they would go again."""
NO_ANSWER = "none"
"""Of "would you go again": it was left empty."""
ANSWERS: Mapping[str, LazyString] = {
    "taken": _l("We have read it, and it counts towards what we plan here"),
    "fixed": _l("We have put it right"),
    "cannot": _l("We have read it, and cannot change it"),
}
"""What somebody is told who left a way to reach them."""
STATES: Mapping[str, LazyString] = {
    "draft": _l("Draft"),
    "published": _l("Published"),
    "withdrawn": _l("Withdrawn"),
}
