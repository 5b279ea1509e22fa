"""The rhythm: tables and dates alone."""

from datetime import date, timedelta

import pytest

from portal.assurance import rhythm

TODAY = date(2026, 3, 2)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("has_sessions", "joining", "days"),
    [(True, ["self_refer"], 90), (False, ["drop_in"], 90), (False, ["self_refer"], 180), (False, [], 180)],
)
def test_sessions_and_drop_ins_are_asked_about_each_90_days_and_all_else_each_180(
    has_sessions: bool, joining: list[str], days: int
) -> None:
    kind = rhythm.kind_of(has_sessions=has_sessions, joining=joining)
    assert rhythm.ends_on(TODAY, kind, today=TODAY) == TODAY + timedelta(days=days)


def test_a_listing_is_asked_about_14_days_before_its_check_ends() -> None:
    assert not rhythm.is_due(rhythm.ends_on(ago(75), "meets", today=TODAY), TODAY)
    assert rhythm.is_due(rhythm.ends_on(ago(76), "meets", today=TODAY), TODAY)
    assert not rhythm.is_due(rhythm.ends_on(ago(165), "other", today=TODAY), TODAY)
    assert rhythm.is_due(rhythm.ends_on(ago(166), "other", today=TODAY), TODAY)


def test_a_check_holds_to_the_last_day_of_its_rhythm() -> None:
    assert rhythm.is_within(ago(90), "meets", today=TODAY)
    assert not rhythm.is_within(ago(91), "meets", today=TODAY)
    assert not rhythm.is_within(None, "meets", today=TODAY)


@pytest.mark.parametrize(
    ("day", "taken", "step"),
    [
        (6, ["first"], None),
        (7, ["first"], "reminder"),
        (7, ["first", "reminder"], None),
        (13, ["first", "reminder"], None),
        (14, ["first", "reminder"], "second"),
        (20, ["first", "reminder", "second"], None),
        (21, ["first", "reminder", "second"], "phone"),
        (21, ["first", "reminder"], "phone"),
        (15, ["first"], "second"),
        (60, ["first", "reminder", "second", "phone"], None),
    ],
)
def test_reminder_second_contact_and_telephone_come_on_their_days(
    day: int, taken: list[rhythm.StepName], step: str | None
) -> None:
    found = rhythm.next_step(ago(day), taken, TODAY)
    assert (found.name if found else None) == step


def test_a_mail_that_came_back_leads_to_the_telephone_at_once_and_to_no_more_mails() -> None:
    found = rhythm.next_step(ago(1), ["first"], TODAY, has_bounced=True)
    assert found is rhythm.PHONE
    assert rhythm.next_step(ago(9), ["first", "phone"], TODAY, has_bounced=True) is None


def test_no_fourth_mail_goes_out_within_the_longest_quarter() -> None:
    assert rhythm.may_mail([ago(91), ago(84)], TODAY)
    assert not rhythm.may_mail([ago(91), ago(84), ago(77)], TODAY)
    assert rhythm.may_mail([ago(92), ago(84), ago(77)], TODAY)


def test_what_would_be_due_before_the_next_digest_goes_along() -> None:
    def goes(days_ago: int, kind: rhythm.Kind) -> bool:
        return rhythm.goes_along(ago(days_ago), rhythm.ends_on(ago(days_ago), kind, today=TODAY), TODAY)

    assert goes(1, "meets") and goes(62, "other") and goes(91, "other")
    assert not goes(10, "other")


def test_a_person_is_asked_anew_after_the_76_days_that_the_rhythm_asks_for() -> None:
    assert rhythm.may_begin(None, TODAY) and rhythm.may_begin(ago(76), TODAY)
    assert not rhythm.may_begin(ago(75), TODAY)


def test_calls_that_nobody_takes_are_tried_again_and_rest_a_fortnight_after_three() -> None:
    waits = [(rhythm.try_again_on(TODAY, number) - TODAY).days for number in range(1, 7)]
    assert waits == [3, 3, 14, 3, 3, 14]
