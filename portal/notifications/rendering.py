"""A notification in words: subject, text and HTML, or the one text of an SMS, in the reader's language.

Templates stand in `templates/notifications/<name>/`; those of e-mails extend `notifications/layout.txt` and `layout.html`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from portal.core.brand import Brand
from portal.core.extensions import settings
from portal.core.i18n import LOCALES, default_locale
from portal.notifications import texts
from portal.notifications.addresses import address
from portal.notifications.notification import Channel, Notification
from portal.notifications.sms import fits, plain_signs

FOLDER = "notifications"


@dataclass(frozen=True)
class Written:
    """A message in words. `subject` is empty and `html` None for a text to a phone."""

    subject: str
    text: str
    html: str | None
    sender_name: str = ""


def written(
    notification: Notification,
    *,
    channel: Channel,
    locale: str,
    facts: Mapping[str, Any] | None = None,
    stop: str | None = None,
    own: Mapping[str, str] | None = None,
) -> Written:
    """The words of a notification. `stop` is the address for stopping its topic.

    `facts` stand in for those that it reads itself; `own` for an administrator's words, by part.
    """
    with force_locale(locale):
        told = context_of(notification, facts, stop)
        words = texts.own_words(notification.name, locale) if own is None else own
        told["own"] = {part: texts.filled(words.get(part, ""), told) for part in texts.PARTS}
        return _sms(notification, told, words.get("sms")) if channel == "sms" else _email(notification, told)


def context_of(notification: Notification, facts: Mapping[str, Any] | None, stop: str | None) -> dict[str, Any]:
    """What templates may name. To be called in the language of the message."""
    brand: Brand = current_app.extensions["portal.brand"]
    return {
        **{one.name: getattr(notification, one.name) for one in fields(notification)},
        **(notification.facts() if facts is None else facts),
        "service_name": _("Support near you") if notification.is_discreet else brand.name,
        "link": notification.link(),
        "stop_link": stop,
        "can_answer": bool(settings().mail_reply_to),
        "help_phone": brand.phone,
        "languages_link": address("pages.languages"),
        "is_duty": notification.topic is None,
        "current_locale": LOCALES.get(str(get_locale()), default_locale()),
    }


def _email(notification: Notification, told: dict[str, Any]) -> Written:
    subject = told["own"]["subject"] or _rendered(notification, "subject.txt", told)
    told["subject"] = " ".join(subject.split())
    text = _rendered(notification, "email.txt", told)
    return Written(told["subject"], _tidy(text), _rendered(notification, "email.html", told), told["service_name"])


def _sms(notification: Notification, told: dict[str, Any], own: str | None) -> Written:
    text = ""
    for facts in [told, *notification.shorter(told)]:
        text = texts.filled(own, facts) if own else _rendered(notification, "sms.txt", facts)
        text = plain_signs(" ".join(text.split()))
        if fits(text):
            break
    return Written("", text, None)


def _rendered(notification: Notification, file: str, told: Mapping[str, Any]) -> str:
    return current_app.jinja_env.get_template(f"{FOLDER}/{notification.name}/{file}").render(told)


def _tidy(text: str) -> str:
    """No space at the ends of lines, and one empty line at most."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n"
