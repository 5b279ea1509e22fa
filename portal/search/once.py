"""A property that is worked out once, without the lock that `functools.cached_property` takes up to Python 3.11.

A question works out some ten of them, by one thread alone, and the lock took a twelfth of its time.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801 (a decorator)
    """Gives what the method gave the first time. For objects that one thread uses."""

    def __init__(self, work: Callable[[Any], Value]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, held: None, owner: type) -> "once[Value]": ...
    @overload
    def __get__(self, held: object, owner: type) -> Value: ...
    def __get__(self, held: object | None, owner: type) -> "Value | once[Value]":
        """What is found here first goes into the object itself, and is found there from then on."""
        if held is None:
            return self
        value = held.__dict__[self._name] = self._work(held)
        return value
