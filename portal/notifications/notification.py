"""What a notification is: a frozen dataclass in a feature's `notifications.py`, found again by its name.

Its fields are references and ids, never what somebody told us: plain text, whole numbers, yes or no, or a tuple of them. Words
stand in the folder `templates/notifications/<name>/`. See docs/recipes/add-a-notification.md.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, ClassVar, Literal, Self
from uuid import UUID

Channel = Literal["email", "sms"]
KINDS: dict[str, type["Notification"]] = {}
"""Every notification by its name."""


@dataclass(frozen=True)
class Recipient:
    """Who is written to: by e-mail, or by text to a phone ("+447700900982"), in which language, and which user it is, if any."""

    email: str | None = None
    phone: str | None = None
    locale: str = "en"
    user_id: UUID | None = None

    @property
    def channel(self) -> Channel:
        """How they are reached."""
        if (self.email is None) == (self.phone is None):
            raise ValueError("a recipient has either an e-mail address or a phone")
        return "email" if self.email is not None else "sms"

    @property
    def address(self) -> str:
        """The e-mail address or the phone, as it is found again: small letters, no spaces around."""
        return str(self.email if self.channel == "email" else self.phone).strip().casefold()


@dataclass(frozen=True)
class Notification:
    """The base of every notification."""

    name: ClassVar[str] = ""
    """Of its folder of templates."""
    topic: ClassVar[str | None] = None
    """What a reader stops who stops this: one word, shared by messages that are stopped together. None: a duty, never stopped."""
    useful_for: ClassVar[timedelta] = timedelta(hours=48)
    """How long it is worth sending. At least 24 hours, but for what is worthless sooner, such as a link that ages."""
    forgets: ClassVar[bool] = False
    """Nothing of the recipient is kept once it is sent, not even for telling who a bounce was of."""
    placeholders: ClassVar[tuple[str, ...]] = ()
    """What an administrator's own words may name, beside `service_name`: fields, or keys of `facts`, that are plain text."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.name:
            if (known := KINDS.get(cls.name)) is not None and known.__qualname__ != cls.__qualname__:
                raise TypeError(f"there are two notifications “{cls.name}”")
            KINDS[cls.name] = cls

    @property
    def is_discreet(self) -> bool:
        """Whether the name of the service stays out of it: whoever looks over a shoulder learns nothing."""
        return False

    def link(self) -> str | None:
        """The whole address of the one main action, by `addresses.address`."""
        return None

    def facts(self) -> Mapping[str, Any]:
        """What templates show beside the fields: read from the database when it is sent. Nothing here may change anything."""
        return {}

    def shorter(self, facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Facts that say less and less, for a text that would not fit: the first that fits is taken, else the last."""
        yield facts

    @classmethod
    def example(cls) -> Self:
        """One with made-up values, for tests and for the preview."""
        raise NotImplementedError

    @classmethod
    def example_facts(cls) -> Mapping[str, Any]:
        """What `facts` would give for the example, without a database."""
        return {}


def packed(notification: Notification) -> str:
    """The fields as JSON. Raises TypeError for a value of another kind than they may be."""
    told = {one.name: getattr(notification, one.name) for one in fields(notification)}
    for name, value in told.items():
        for part in value if isinstance(value, tuple) else (value,):
            if not isinstance(part, str | int | bool | None):
                raise TypeError(f"{type(notification).__name__}.{name} is no text, number or yes and no")
    return json.dumps(told)


def unpacked(name: str, told: str) -> Notification:
    """The notification again. Raises LookupError where this version knows none of the name, TypeError where fields differ."""
    values = {
        key: tuple(value) if isinstance(value, list) else value for key, value in json.loads(told or "{}").items()
    }
    return KINDS[name](**values)
