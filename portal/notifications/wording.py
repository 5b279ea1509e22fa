"""The words of messages, for the administrator who changes them: ours, their own, what is wrong with these, and how they look."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from jinja2 import TemplateNotFound

from portal.core import audit, clock
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.i18n import LOCALES
from portal.core.plain import one_line, plain
from portal.core.viewer import Viewer
from portal.notifications import texts
from portal.notifications.models import MessageText
from portal.notifications.notification import KINDS, Notification
from portal.notifications.rendering import FOLDER, Written, context_of, written
from portal.notifications.sms import length_of

LONGEST = {"subject": 120, "words": 2_000, "sms": 400}
MOST_SMS_PARTS = {"gsm": 1, "ucs2": 2}
ALWAYS = ("service_name",)


@dataclass(frozen=True)
class Part:
    """One part of a message in a language. `ours` stands where `own` is None. `may_name` are the names that it may hold."""

    part: str
    ours: str
    own: str | None
    may_name: tuple[str, ...]
    must_name: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """A message that an administrator may put in other words. `title` is its subject as an example."""

    name: str
    title: str
    is_duty: bool
    channels: tuple[str, ...]


class WrongWords(DomainError):
    """Own words that cannot stand; `sentences` say why, one each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def messages() -> list[Message]:
    """Every message, by name."""
    found = []
    for name, kind in sorted(KINDS.items()):
        example = written(kind.example(), channel="email", locale=_locale(), facts=kind.example_facts(), own={})
        channels = ("email", "sms") if _has(name, "sms.txt") else ("email",)
        found.append(Message(name, example.subject, kind.topic is None, channels))
    return found


def parts_of(name: str, locale: str) -> list[Part]:
    """What may be put in other words. Raises NotFound for a message or language that there is not."""
    kind = _kind(name, locale)
    own = texts.own_words(name, locale)
    return [
        Part(part, _ours(kind, part, locale), own.get(part), _may_name(kind, part), _must_name(kind, part))
        for part in texts.PARTS
        if part != "sms" or _has(name, "sms.txt")
    ]


def problems(name: str, part: str, locale: str, text: str) -> list[str]:
    """What is wrong with own words, one sentence each; none where they can stand."""
    kind = _kind(name, locale)
    named = texts.PLACEHOLDER.findall(text)
    rest = texts.PLACEHOLDER.sub("", text)
    may, must = _may_name(kind, part), _must_name(kind, part)
    found = [_("There is no {%(name)s} in this message.", name=one) for one in dict.fromkeys(named) if one not in may]
    found += [
        _("Keep {%(name)s}: without it nobody can do what is asked.", name=one) for one in must if one not in named
    ]
    if "{" in rest or "}" in rest:
        found.append(_("A brace stands alone. Write names like {service_name}."))
    if not text.strip():
        found.append(_("Write something, or go back to our words."))
    if len(text) > LONGEST[part]:
        found.append(_("Use %(most)s characters or fewer.", most=LONGEST[part]))
    if part == "sms" and not found and _is_too_long(kind, locale, text):
        found.append(
            _("This is too long for a text: 160 characters at most, or 134 with letters outside the basic alphabet.")
        )
    return found


def put(name: str, part: str, locale: str, text: str, *, by: Viewer) -> None:
    """Let own words stand in place of ours. Raises WrongWords, or NotFound for what there is not."""
    kind = _kind(name, locale)
    if part not in texts.PARTS or (part == "sms" and not _has(name, "sms.txt")):
        raise NotFound(_("There is no such message."))
    text = plain(text) if part == "words" else one_line(text)
    if found := problems(name, part, locale, text):
        raise WrongWords(found)
    row = db.session.get(MessageText, (name, part, locale))
    if row is None:
        row = MessageText(name=kind.name, part=part, locale=locale)
        db.session.add(row)
    row.text, row.changed_at, row.changed_by_user_id = text, clock.now(), by.id
    audit.record("message.words_changed", ("message_text", name), by=by, details={"part": part, "locale": locale})


def take_back(name: str, part: str, locale: str, *, by: Viewer) -> None:
    """Let our words stand again. Safe to repeat."""
    row = db.session.get(MessageText, (name, part, locale))
    if row is not None:
        db.session.delete(row)
        audit.record("message.words_ours", ("message_text", name), by=by, details={"part": part, "locale": locale})


def preview(name: str, locale: str, *, channel: str = "email", own: dict[str, str] | None = None) -> Written:
    """How a message looks with made-up values: with `own` words by part, or with those that stand. Raises NotFound."""
    kind = _kind(name, locale)
    if channel == "sms" and not _has(name, "sms.txt"):
        raise NotFound(_("There is no such message."))
    return written(
        kind.example(),
        channel="sms" if channel == "sms" else "email",
        locale=locale,
        facts=kind.example_facts(),
        own=own,
        stop=None if kind.topic is None else "https://support.example.org/notifications/stop/example",
    )


def _kind(name: str, locale: str) -> type[Notification]:
    if name not in KINDS or locale not in LOCALES:
        raise NotFound(_("There is no such message."))
    return KINDS[name]


def _ours(kind: type[Notification], part: str, locale: str) -> str:
    """Our own words with the names that may stand in them, as an administrator would write them."""
    with force_locale(locale):
        told = context_of(kind.example(), kind.example_facts(), None)
        told |= {name: f"{{{name}}}" for name in _may_name(kind, part)}
        told["own"] = dict.fromkeys(texts.PARTS, "")
        file = {"subject": "subject.txt", "words": "email.txt", "sms": "sms.txt"}[part]
        template = current_app.jinja_env.get_template(f"{FOLDER}/{kind.name}/{file}")
        if part != "words":
            return one_line(template.render(told))
        return plain("".join(template.blocks["words"](template.new_context(told))))


def _is_too_long(kind: type[Notification], locale: str, text: str) -> bool:
    told = written(kind.example(), channel="sms", locale=locale, facts=kind.example_facts(), own={"sms": text})
    length = length_of(told.text)
    return length.parts > MOST_SMS_PARTS[length.alphabet]


def _may_name(kind: type[Notification], part: str) -> tuple[str, ...]:
    return (*ALWAYS, *kind.placeholders, *(("link",) if part == "sms" and kind.example().link() else ()))


def _must_name(kind: type[Notification], part: str) -> tuple[str, ...]:
    return ("link",) if part == "sms" and kind.example().link() else ()


def _has(name: str, file: str) -> bool:
    try:
        current_app.jinja_env.get_template(f"{FOLDER}/{name}/{file}")
    except TemplateNotFound:
        return False
    return True


def _locale() -> str:
    return str(get_locale())
