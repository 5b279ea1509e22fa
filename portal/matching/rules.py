"""The rules, as one table. Adding one is a row here and its sentences where it judges; a test walks them.

What a listing has not told is never taken for a yes or a no: the verdict is then to ask.
"""

from portal.core.i18n import lazy_gettext as _l
from portal.matching import people_rules, place_rules, practical_rules
from portal.matching.getting_in import FACTS, judge_of
from portal.matching.verdicts import Rule

RULES: tuple[Rule, ...] = (
    Rule("need", _l("what it helps with"), practical_rules.need),
    Rule("area", _l("the area it covers"), place_rules.area),
    Rule("distance", _l("taking part without going there"), place_rules.distance),
    Rule("how", _l("how it happens"), place_rules.how),
    Rule("age", _l("age"), people_rules.age),
    Rule("who", _l("who can come"), people_rules.groups),
    Rule("women_men", _l("whether it is for women or men only"), people_rules.women_men),
    *(Rule(fact.name, fact.about, judge_of(fact)) for fact in FACTS),
    Rule("language", _l("language"), people_rules.language),
    Rule("bsl", _l("British Sign Language (BSL)"), people_rules.sign_language),
    Rule("when", _l("when it happens"), practical_rules.times),
    Rule("cost", _l("the cost"), practical_rules.cost),
    Rule("join", _l("how to join"), practical_rules.joining),
)
