"""The two forms of several pages: asking a service, and asking for a link worker. What comes after what is a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l
from portal.directory.listings import Listing
from portal.directory.needs import is_any_sensitive
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate
from portal.selfreferral import forms
from portal.selfreferral.forms import Asks, QuestionForm, SendForm, is_for_me, is_young
from portal.selfreferral.keeping import About, Kept


@dataclass(frozen=True)
class Question:
    """One page: its name in the address, its form, and its heading for oneself and for somebody else.

    `free`: answers in people's own words, in which words of danger are looked for.
    """

    name: str
    form: type[QuestionForm]
    title: LazyString
    title_other: LazyString | None = None
    free: tuple[str, ...] = ()


REFER = (
    Question("who", forms.WhoForm, _l("Who is this for?")),
    Question("person", forms.PersonForm, _l("About you"), _l("About the person")),
    Question("help", forms.HelpForm, _l("What would help?"), free=("words", *forms.OWN)),
    Question("contact", forms.ContactForm, _l("Getting in touch safely"), free=("best_times",)),
    Question("safety", forms.SafetyForm, _l("Anything to keep people safe"), free=("safety_note",)),
    Question("agreement", forms.AgreementForm, _l("Your agreement"), _l("Their agreement"), free=("basis_note",)),
)
LINK_WORKER = (
    Question("where", forms.WhereForm, _l("Where you live")),
    Question("about", forms.AboutForm, _l("Who needs support?")),
    Question("help", forms.HelpForm, _l("What would help?"), free=("words",)),
    Question("contact", forms.ContactForm, _l("Getting in touch safely"), free=("best_times",)),
)


@dataclass(frozen=True)
class Flow:
    """One of them, for one visitor. `prefix` begins the names of its views."""

    about: About
    questions: tuple[Question, ...]
    prefix: str
    asks: Asks = field(default_factory=Asks)
    listing: Listing | None = None
    send_form: type[SendForm] = SendForm

    @property
    def service_id(self) -> UUID | None:
        """Of the service that is asked, if one is."""
        return self.about.service_id

    @property
    def name(self) -> str | None:
        """Of the service."""
        return self.listing.service.name if self.listing is not None else None

    @property
    def is_sensitive(self) -> bool:
        """Whether the page keeps quiet in the tab about what it is."""
        return self.listing is not None and is_any_sensitive(frozenset(self.listing.needs))

    def question(self, name: str) -> Question:
        """The one of this name."""
        return next(one for one in self.questions if one.name == name)

    def title(self, question: Question, told: dict[str, Any]) -> str:
        """The heading of a page."""
        other = question.title_other
        return str(other if other is not None and not is_for_me(told) else question.title)

    def next_of(self, kept: Kept) -> str | None:
        """The first page that was not answered yet; None where all were."""
        return next((one.name for one in self.questions if one.name not in kept.done), None)

    def before(self, name: str) -> str | None:
        """The page before one; None before the first."""
        names = [one.name for one in self.questions]
        at = names.index(name)
        return names[at - 1] if at else None

    def is_open(self, name: str, kept: Kept) -> bool:
        """Whether a page may be answered: all before it were."""
        names = [one.name for one in self.questions]
        return all(one in kept.done for one in names[: names.index(name)])

    def address(self, name: str) -> str:
        """The address of one of its pages: a question, or "start", "check", "send", "sent", "help_first"."""
        here: dict[str, Any] = {"service_id": self.service_id} if self.service_id is not None else {}
        if any(one.name == name for one in self.questions):
            return url_for(f"selfreferral.{self.prefix}question", question=name, **here)
        return url_for(f"selfreferral.{self.prefix}{name}", **here)

    def onward(self, kept: Kept) -> str:
        """The address of what comes next: a page that was not answered yet, or the check."""
        return self.address(self.next_of(kept) or "check")


def place_of(told: dict[str, Any]) -> Place | PlaceProblem | None:
    """Where somebody lives, as far as they told."""
    return locate(told["postcode"]) if told.get("postcode") else None


def free_words(questions: Sequence[Question], told: dict[str, Any]) -> list[str]:
    """All that was told in people's own words."""
    return [str(told[name]) for one in questions for name in one.free if told.get(name)]


def unsettled(before: dict[str, Any], after: dict[str, Any]) -> frozenset[str]:
    """Pages that have to be answered anew, since what they asked hangs on an answer that changed."""
    gone: set[str] = set()
    if before and is_for_me(before) != is_for_me(after):
        gone |= {"contact", "agreement"}
    if before and is_young(before) != is_young(after):
        gone.add("agreement")
    return frozenset(gone)
