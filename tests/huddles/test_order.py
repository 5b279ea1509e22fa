"""How cases stand and in which order they are taken: each row of the table, and nothing beside it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from portal.huddles import order
from portal.huddles.order import IN_HAND, REVIEW_AHEAD, RULES, STUCK_AFTER, Facts

TODAY = date(2026, 11, 24)
ONE_DAY = timedelta(days=1)
CALM = Facts(TODAY, due_on=TODAY + ONE_DAY, opened_on=date(2026, 11, 3), moved_on=TODAY, last_on=date(2026, 11, 17))
"""A case that needs nothing."""


def of(**facts: object) -> Facts:
    return Facts(**{**vars(CALM), **facts})  # type: ignore[arg-type]


EXAMPLES = {
    "overdue": (of(due_on=TODAY - ONE_DAY), of(due_on=TODAY)),
    "stuck": (of(moved_on=TODAY - STUCK_AFTER), of(moved_on=TODAY - STUCK_AFTER + ONE_DAY)),
    "missed": (of(missed=2), of(missed=1)),
    "safety": (of(has_safety=True), CALM),
    "no-step": (of(due_on=None), of(due_on=TODAY)),
    "new": (of(opened_on=date(2026, 11, 18)), of(opened_on=date(2026, 11, 17))),
    "review": (of(review_on=TODAY + REVIEW_AHEAD), of(review_on=TODAY + REVIEW_AHEAD + ONE_DAY)),
    "in-hand": (CALM, None),
}
"""By rule: a case that just fits it, and one that just does not."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rule_fits_what_it_says_and_no_more(rule: order.Rule) -> None:
    fits, does_not = EXAMPLES[rule.key]
    assert order.rule_of(fits) is rule
    assert does_not is None or order.rule_of(does_not) is IN_HAND


def test_every_case_is_new_to_a_team_that_has_not_finished_a_huddle() -> None:
    assert order.rule_of(of(last_on=None)).key == "new"


def test_a_new_case_without_an_action_is_new() -> None:
    assert order.rule_of(of(opened_on=TODAY, due_on=None)).key == "new"


def test_the_order_is_that_of_the_table_then_by_what_is_due_first() -> None:
    cases = [EXAMPLES[rule.key][0] for rule in RULES]
    backwards = cases[::-1]
    assert sorted(backwards, key=order.place_of) == cases
    assert [rule.key for rule in RULES] == [
        "overdue",
        "stuck",
        "missed",
        "safety",
        "no-step",
        "new",
        "review",
        "in-hand",
    ]
    late = [of(due_on=TODAY - number * ONE_DAY) for number in (9, 5, 1)]
    least_first = late[::-1]
    assert sorted(least_first, key=order.place_of) == late
    for earlier, later in pairwise(cases):
        assert order.place_of(earlier) < order.place_of(later)


def test_what_fits_several_rules_stands_under_the_first() -> None:
    assert order.rule_of(of(due_on=TODAY - ONE_DAY, has_safety=True, missed=3)).key == "overdue"
