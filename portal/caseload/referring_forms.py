"""The one page of a referral: why, what is shared, how the person agreed, and a few fields for each group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, Field, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.caseload.referring_groups import Group
from portal.core.form_fields import Ticks, line, words
from portal.core.forms import KeyedForm
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.references import read_reference
from portal.directory import urgent
from portal.directory.help_first import FreeWords, kinds_of
from portal.directory.needs import LABELS
from portal.people import consents
from portal.people.consents import SCOPES, TO_INTRODUCE, USUAL, Agreement, ConsentIncomplete
from portal.people.models import Person

LONGEST = 500
LONGEST_STORY = 20_000
"""Letters of what matters to somebody: about 3,000 words."""
BEFORE, ASK = "before", "ask"
HOW: Mapping[str, tuple[LazyString, str, str]] = {
    "spoken": (_l("They told me"), "spoken", "person"),
    "written": (_l("They signed or wrote it"), "written", "person"),
    "parent": (_l("A parent or guardian told me"), "spoken", "parent"),
    "attorney": (_l("An attorney or deputy decided in their best interest"), "best-interest", "attorney"),
    "worker": (_l("I decided in their best interest"), "best-interest", "worker"),
}
"""How somebody agreed: the words, how it was given and by whom."""
MAY_SHARE = {scope: label for scope, label in SCOPES.items() if scope not in TO_INTRODUCE}
YES_NO = (SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No")))


@dataclass(frozen=True)
class AskedOf:
    """What is asked of one group. `own_answers`: pairs of a question of theirs and its answer."""

    happy_to_wait: bool | None = None
    shares_surname: bool = False
    own_answers: tuple[tuple[str, str], ...] = ()
    override_reason: str | None = None


@dataclass(frozen=True)
class Asked:
    """What the page of a referral told. `how` is a key of HOW, or "before" or "ask"; `safety_prompt` as a referral keeps it.

    `instead_of`: the reference of the one that was refused, after which this is chosen.
    """

    needs: tuple[str, ...] = ()
    reason: str | None = None
    what_matters: str | None = None
    safety_note: str | None = None
    health_summary: str | None = None
    scopes: tuple[str, ...] = USUAL
    how: str = "spoken"
    basis_note: str | None = None
    evidence: str | None = None
    of: Mapping[str, AskedOf] = field(default_factory=dict)
    safety_prompt: dict[str, object] | None = None
    form_key: str | None = None
    instead_of: str | None = None

    @property
    def agreement(self) -> Agreement | None:
        """What was agreed now; None where it was before, or is to be asked."""
        if self.how not in HOW:
            return None
        _label, how, given_by = HOW[self.how]
        return Agreement(
            how=how,  # type: ignore[arg-type]
            given_by=given_by,  # type: ignore[arg-type]
            scopes=self.scopes,
            basis_note=self.basis_note,
            evidence=self.evidence,
        )


class GroupPart(FreeWords, Form):
    """The fields of one group. Which of them are shown depends on the group."""

    free = ("first", "second", "why")

    wait = RadioField(_l("Is the person happy to wait?"), choices=list(YES_NO), validate_choice=False)
    surname = RadioField(
        _l("What does the group see before it accepts?"),
        choices=[
            SelectChoice("no", _l("First name only, until they accept")),
            SelectChoice("yes", _l("First name and surname")),
        ],
        default="no",
    )
    first = line("", longest=LONGEST)
    second = line("", longest=LONGEST)
    born = BooleanField(_l("Share the date of birth"))
    why = line(_l("Why is it right for this person all the same?"), longest=LONGEST)

    def __init__(self, group: Group, *args: Any, **options: Any) -> None:
        self.group = group
        super().__init__(*args, prefix=f"g{group.id.hex}-", **options)
        for own, question in zip((self.first, self.second), group.setting.questions, strict=False):
            own.label.text = question

    @property
    def own(self) -> list[Field]:
        """The fields of the group's own questions."""
        return [one for one, _text in zip((self.first, self.second), self.group.setting.questions, strict=False)]

    def validate_wait(self, field: RadioField) -> None:
        """Asked where there is a wait."""
        if self.group.wait is None:
            return
        if field.data != "yes":
            raise ValidationError(
                _(
                    "%(name)s has a wait. Send it if the person is happy to wait, or leave it out.",
                    name=self.group.card.name,
                )
                if field.data
                else _("Say whether the person is happy to wait for %(name)s", name=self.group.card.name)
            )

    def validate_why(self, field: StringField) -> None:
        """Asked where age or area do not fit."""
        if self.group.misfits and not field.data:
            raise ValidationError(_("Say why %(name)s is right for the person all the same", name=self.group.card.name))

    def told(self, birth_date: str | None) -> AskedOf:
        """What was typed for this group."""
        answers = [
            (text, str(one.data or "")) for one, text in zip(self.own, self.group.setting.questions, strict=False)
        ]
        if self.group.setting.asks_birth_date and self.born.data and birth_date:
            answers.append((_("Date of birth"), birth_date))
        return AskedOf(
            happy_to_wait=self.wait.data == "yes" if self.group.wait else None,
            shares_surname=self.surname.data == "yes",
            own_answers=tuple(answers),
            override_reason=self.why.data or None if self.group.misfits else None,
        )


class ReferForm(FreeWords, KeyedForm):
    """A referral to one group or several. `groups` are those that can be sent one."""

    free = ("reason", "what_matters", "safety_note", "health_summary", "basis_note")

    needs = Ticks(_l("What they need"), LABELS)
    reason = words(_l("What would help?"), _l("A sentence or two. Do not name other people."), longest=LONGEST)
    what_matters = words(_l("What matters to them, in their words"), longest=LONGEST_STORY)
    safety_note = words(
        _l("Anything that keeps people safe"),
        _l("You can leave this empty. Do not name other people."),
        longest=LONGEST,
    )
    scopes = Ticks(_l("What else may the group see?"), MAY_SHARE)
    health_summary = words(_l("A short note on health"), _l("As little as the group needs."), longest=LONGEST)
    how = RadioField(_l("How did the person agree to this?"), validate_choice=False)
    basis_note = words(
        _l("Why can the person not decide this, and who was asked?"),
        _l("For somebody under 16 who agreed themselves: how you found that they understand."),
        longest=LONGEST,
    )
    evidence = line(_l("Where is the paper kept?"), _l("If they signed something."), longest=160)
    warned = HiddenField()
    instead = HiddenField()

    def __init__(
        self, person: Person, groups: Sequence[Group], *args: Any, of: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.person = person
        self.held = [one.held for one in groups]
        self.how.choices = self._hows()
        sent = request.form if self.is_submitted() else None
        self.parts = [GroupPart(one, sent, **(of or {}).get(str(one.id), {})) for one in groups]

    @property
    def agreed_before(self) -> bool:
        """Whether the person agreed with every one of the groups before, and it still holds."""
        return bool(self.held) and all(consents.covers(one) for one in self.held)

    @property
    def is_under_16(self) -> bool:
        """Whether the law asks for more than the person's word alone."""
        return consents.is_under_16(self.person)

    def validate(self, extra_validators: Any = None) -> bool:
        """The page, each group's fields, and whether what was agreed makes an agreement."""
        is_right = super().validate(extra_validators)
        wrong = [one for one in self.parts if not one.validate()]
        return is_right and not wrong and self._agreement_is_whole()

    def validate_reason(self, field: TextAreaField) -> None:
        """A need or a sentence."""
        if not field.data and not self.needs.data:
            raise ValidationError(_("Tell us in a sentence what would help"))

    def validate_how(self, field: RadioField) -> None:
        """One of the ways that are offered; before, only for what was agreed before."""
        if field.data not in {one.value for one in self.how.choices or ()}:
            raise ValidationError(_("Say how the person agreed"))
        if field.data == BEFORE and any(set(one.scopes) != set(self.all_scopes) for one in self.held if one):
            raise ValidationError(_("This is not what the person agreed to before. Say how they agreed to this."))

    def problems(self) -> list[tuple[str, str]]:
        """With those of the groups' fields."""
        parts = [(one.id, str(one.errors[0])) for part in self.parts for one in part if one.errors]
        return [*super().problems(), *parts]

    @property
    def errors(self) -> dict[str, Any]:
        """With those of the groups' fields."""
        found = dict(super().errors)
        for part in getattr(self, "parts", ()):
            found |= {part._prefix + name: errors for name, errors in part.errors.items()}
        return found

    @property
    def all_scopes(self) -> tuple[str, ...]:
        """What is shared: what must be, and what was ticked."""
        ticked = {*TO_INTRODUCE, *(self.scopes.data or ())}
        return tuple(scope for scope in SCOPES if scope in ticked)

    @property
    def dangers(self) -> tuple[str, ...]:
        """Kinds of danger in anything that was typed."""
        of_groups = (part[name].data for part in self.parts for name in part.free)
        return kinds_of([*(self[name].data for name in self.free), *of_groups])

    def asked(self, *, has_chosen: bool) -> Asked:
        """What was typed. `has_chosen`: words of danger were met, and the link worker sends it all the same."""
        warned = tuple(one for one in (self.warned.data or "").split(",") if one in urgent.KINDS)
        prompt: dict[str, object] | None = None
        if kinds := (self.dangers or warned):
            prompt = {"kinds": list(kinds), "choice": "sent" if has_chosen else "changed"}
        born = self.person.birth_date
        return Asked(
            needs=tuple(self.needs.data or ()),
            reason=self.reason.data or None,
            what_matters=self.what_matters.data or None,
            safety_note=self.safety_note.data or None,
            health_summary=self.health_summary.data or None if "health" in self.all_scopes else None,
            scopes=self.all_scopes,
            how=str(self.how.data),
            basis_note=self.basis_note.data or None,
            evidence=self.evidence.data or None,
            of={str(part.group.id): part.told(born) for part in self.parts},
            safety_prompt=prompt,
            form_key=str(self.key.data),
            instead_of=read_reference(self.instead.data or ""),
        )

    def _agreement_is_whole(self) -> bool:
        agreement = self.asked(has_chosen=False).agreement
        if agreement is None:
            return True
        try:
            consents.check(self.person, agreement)
        except ConsentIncomplete as problem:
            self.refuse("how" if problem.field == "given_by" else problem.field, problem.sentence)
            return False
        return True

    def _hows(self) -> list[SelectChoice]:
        before = [SelectChoice(BEFORE, _l("As they agreed before"))] if self.agreed_before else []
        now = [SelectChoice(name, label) for name, (label, _how, _by) in HOW.items()]
        return [*before, *now, SelectChoice(ASK, _l("Ask them by link"))]
