"""The page of one section of a new listing: the forms of its facts together, each as on its own page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from portal.changes.facts import FACTS
from portal.groups.adding import ANSWERS, FACTS_OF, Answer
from portal.groups.fact_forms import PAGES
from portal.groups.form_parts import FactForm
from portal.groups.place_form import PlaceForm
from portal.groups.sessions_form import SessionsForm

SHOWN_OF = {"place": ("location_type", "venue", "address_1", "city", "postcode", "privacy")}
"""Facts of which a new listing asks some boxes only; the rest is for its own page."""
FIRST_TIME = "s-0-starts"
"""Where it is said that times are missing."""


@dataclass
class SectionForm:
    """What was typed on the page of a section. `errors` are ids of fields with sentences, in order of the page."""

    name: str
    forms: Mapping[str, FactForm]
    sessions: SessionsForm | None
    standing: Mapping[str, Any]
    errors: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, facts: Mapping[str, Any]) -> "SectionForm":
        """The page as it is first shown."""
        forms = {fact: _form(fact, facts) for fact in FACTS_OF[name] if fact != "sessions"}
        for fact, form in forms.items():
            if facts.get(fact) is not None:
                form.put(facts[fact])
        sessions = SessionsForm.of(facts.get("sessions")) if "sessions" in FACTS_OF[name] else None
        return cls(name, forms, sessions, facts)

    @classmethod
    def sent(cls, name: str, sent: MultiDict[str, str], facts: Mapping[str, Any]) -> "SectionForm":
        """The page as it was sent."""
        forms = {fact: _form(fact, facts, sent) for fact in FACTS_OF[name] if fact != "sessions"}
        sessions = SessionsForm.sent(sent, facts.get("sessions")) if "sessions" in FACTS_OF[name] else None
        return cls(name, forms, sessions, facts)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts on this page, in order."""
        return FACTS_OF[self.name]

    @property
    def has_more(self) -> bool:
        """Whether something is told, or wrong, that need not be told."""
        more = [fact for fact in self.facts if fact not in self.required]
        return any(not self._is_empty(fact) or self.forms[fact].errors for fact in more)

    @property
    def required(self) -> set[str]:
        """The facts of this section that have to be told, or one of which has to."""
        return {fact for one in ANSWERS if one.section == self.name for fact in one.facts}

    def question(self, fact: str) -> LazyString:
        """The question of a fact."""
        return PAGES[fact].question if fact in PAGES else FACTS[fact].label

    def shown(self, fact: str) -> list[Any]:
        """The boxes of a fact on this page."""
        form = self.forms[fact]
        names = SHOWN_OF.get(fact)
        return [one for one in form.shown if names is None or one.short_name in names]

    def told(self, *, may_lack: bool = False) -> dict[str, Any]:
        """The facts that were told, and in `errors` what is wrong. `may_lack`: what is empty or wrong is left out."""
        self.errors = []
        facts: dict[str, Any] = {}
        for fact in FACTS_OF[self.name]:
            if fact == "sessions":
                self._told_sessions(facts)
            else:
                self._told(fact, facts, may_lack=may_lack)
        if not may_lack:
            self._refuse_lack(facts)
        return facts

    def _told(self, fact: str, facts: dict[str, Any], *, may_lack: bool) -> None:
        form = self.forms[fact]
        if self._is_empty(fact) and (may_lack or fact not in self.required or self._has_other(fact)):
            facts[fact] = None
        elif form.validate():
            facts[fact] = form.told(self.standing.get(fact))
        else:
            self.errors += form.problems()

    def _told_sessions(self, facts: dict[str, Any]) -> None:
        form = self.sessions
        if form is None or not any(row.starts or row.ends or row.dates for row in form.rows):
            facts["sessions"] = None
            return
        value = form.value()
        if value is None:
            self.errors += form.problems()
        else:
            facts["sessions"] = value

    def _refuse_lack(self, facts: Mapping[str, Any]) -> None:
        wrong = {name.split("-")[0] for name, _sentence in self.errors}
        for one in ANSWERS:
            if one.section != self.name or any(facts.get(fact) for fact in one.facts):
                continue
            if not wrong & {*one.facts, "s" if "sessions" in one.facts else ""}:
                self._say_lack(one)

    def _say_lack(self, one: Answer) -> None:
        sentence, fact = _lack(one), one.facts[0]
        if fact == "sessions":
            self.errors.append((FIRST_TIME, sentence))
            return
        box = self.shown(fact)[0]
        box.errors = [sentence]
        self.errors.append((str(box.id), sentence))

    def _is_empty(self, fact: str) -> bool:
        """Whether nothing was typed; what is chosen from the beginning does not count."""
        return not any(one.data for one in self.shown(fact) if one.type != "RadioField" or not one.default)

    def _has_other(self, fact: str) -> bool:
        return any(len(one.facts) > 1 and fact in one.facts for one in ANSWERS)


def _lack(one: Answer) -> str:
    sentences = {
        "sessions": _("Say when it is: a day with its times, or opening hours in your own words"),
        "phone": _("Give a phone number, an e-mail address or a website"),
        "audiences": _("Say if anyone can come, or who it is for"),
        "place": _("Say where it is"),
    }
    return sentences.get(one.facts[0]) or _("We need %(what)s", what=str(one.label))


def _form(fact: str, facts: Mapping[str, Any], sent: MultiDict[str, str] | None = None) -> FactForm:
    kind = PlaceForm if fact == "place" else PAGES[fact].form
    form = kind(formdata=sent, prefix=f"{fact}-", meta={"csrf": False})
    if isinstance(form, PlaceForm):
        places = facts.get("place") or []
        form.which = places[0]["id"] if places else ""
    return form
