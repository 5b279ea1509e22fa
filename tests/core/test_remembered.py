"""What is found out once and kept for a while."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask

from portal.core import remembered as module
from portal.core.remembered import forget, remembered


@pytest.fixture
def found(sqlite_app: Flask) -> Iterator[Callable[[], int]]:
    numbers = count(1)
    yield lambda: next(numbers)


def test_an_answer_is_kept_for_its_time_and_by_what_was_asked(
    found: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    assert [remembered("q", "a", found, seconds=10), remembered("q", "a", found, seconds=10)] == [1, 1]
    assert remembered("q", "b", found, seconds=10) == 2 and remembered("other", "a", found, seconds=10) == 3
    now = 110.0
    assert remembered("q", "a", found, seconds=10) == 4
    forget()
    assert remembered("q", "a", found, seconds=10) == 5


def test_what_holds_no_more_is_found_anew_before_its_time_is_over(found: Callable[[], int]) -> None:
    wrong = {1}
    asked = [
        remembered("q", "a", found, seconds=10, holds=lambda one: one not in wrong),
        remembered("q", "a", found, seconds=10),
        remembered("q", "a", found, seconds=10, holds=lambda one: one not in wrong),
        remembered("q", "a", found, seconds=10, holds=lambda one: one not in wrong),
    ]
    assert asked == [1, 1, 2, 2]


def test_what_failed_is_not_kept_and_the_oldest_goes_first(
    found: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ZeroDivisionError):
        remembered("q", "a", lambda: 1 // 0, seconds=10)
    monkeypatch.setattr(module, "MOST", 2)
    for asked in ("a", "b", "c"):
        remembered("q", asked, found, seconds=10)
    assert remembered("q", "c", found, seconds=10) == 3 and remembered("q", "a", found, seconds=10) == 4
