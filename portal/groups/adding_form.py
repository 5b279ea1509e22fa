"""The page of one section of a new listing: the forms of its facts together, each as on its own page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict
from wtforms import RadioField

from portal.changes.facts import FACTS
from portal.directory import school_holidays
from portal.geography.places import Place
from portal.geography.queries import locate
from portal.groups.adding import ANSWERS, FACTS_OF, Answer
from portal.groups.fact_forms import PAGES
from portal.groups.form_parts import FactForm
from portal.groups.place_form import PlaceForm
from portal.groups.sessions_form import NextDate, SessionsForm
from portal.groups.sessions_page import nation_in

SHOWN_OF = {"place": ("location_type", "venue", "address_1", "city", "postcode", "privacy")}
"""Facts of which a new listing asks some boxes only; the rest is for its own page."""
FIRST_TIME = "s-0-starts"
"""Where it is said that times are missing."""
OF_SESSIONS = frozenset({"s", "closed", "until"})
"""How the ids of the fields of sessions begin."""


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
        return cls(name, forms, sessions, facts)._with_holidays()

    @classmethod
    def sent(cls, name: str, sent: MultiDict[str, str], facts: Mapping[str, Any]) -> "SectionForm":
        """The page as it was sent."""
        forms = {fact: _form(fact, facts, sent) for fact in FACTS_OF[name] if fact != "sessions"}
        sessions = SessionsForm.sent(sent, facts.get("sessions")) if "sessions" in FACTS_OF[name] else None
        return cls(name, forms, sessions, facts)._with_holidays()

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
    def has_times(self) -> bool:
        """Whether any time is told, or was before."""
        return self.sessions is not None and (self.sessions.is_typed or bool(self.sessions.left))

    @property
    def kept(self) -> list[tuple[int, list[str]]]:
        """Times that the form cannot show, as the public sees them, by their place in the list."""
        told = self.sessions.told.kept if self.sessions is not None else {}
        return [(number, FACTS["sessions"].shown([row])) for number, row in told.items()]

    @property
    def councils(self) -> dict[str, str]:
        """The council of each place, by its id; of the postcode that was typed where it is another."""
        places = {one["id"]: one.get("authority_code", "") for one in self.standing.get("place") or []}
        form = self.forms.get("place")
        found = locate(form.postcode.data or "") if isinstance(form, PlaceForm) else None
        if isinstance(form, PlaceForm) and isinstance(found, Place):
            places[form.which] = found.authority_code or ""
        return places

    def next_dates(self) -> list[NextDate] | None:
        """The dates that the times give; None where none are told, or one is wrong."""
        if self.sessions is None or not self.has_times:
            return None
        said = self.sessions.errors
        value, self.sessions.errors = self._times(self.sessions), said
        councils = self.councils
        return None if value is None else self.sessions.next_dates(value, nation_in(councils.values()), councils)

    def check_times(self) -> None:
        """Say in `errors` what is wrong with the times alone."""
        if self.sessions is not None and self.has_times:
            self._times(self.sessions)
            self.errors = self.sessions.problems()

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
        if form is None or not self.has_times:
            facts["sessions"] = None
            return
        value = self._times(form)
        if value is None:
            self.errors += form.problems()
        else:
            facts["sessions"] = value

    def _times(self, form: SessionsForm) -> list[Any] | None:
        """The times that are told. A row of which nothing is typed is none where others stay."""
        return form.value() if form.is_typed else form.left

    def _with_holidays(self) -> "SectionForm":
        if self.sessions is not None:
            self.sessions.has_school = any(school_holidays.of(code) for code in self.councils.values())
        return self

    def _refuse_lack(self, facts: Mapping[str, Any]) -> None:
        wrong = {name.split("-")[0] for name, _sentence in self.errors}
        for one in ANSWERS:
            if one.section != self.name or any(facts.get(fact) for fact in one.facts):
                continue
            if not wrong & {*one.facts, *(OF_SESSIONS if "sessions" in one.facts else ())}:
                self._say_lack(one)

    def _say_lack(self, one: Answer) -> None:
        sentence, fact = _lack(one), one.facts[0]
        if self.sessions is not None and fact == "sessions":
            self.sessions.errors[FIRST_TIME] = sentence
            self.errors.append((FIRST_TIME, sentence))
            return
        box = self.shown(fact)[0]
        box.errors = [sentence]
        self.errors.append((str(box.id), sentence))

    def _is_empty(self, fact: str) -> bool:
        """Whether nothing was typed; what is chosen from the beginning does not count."""
        return not any(one.data for one in self.shown(fact) if not isinstance(one, RadioField) or not one.default)

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
