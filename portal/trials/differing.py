"""What differs between a trial as it stands and as somebody typed it, where another was quicker."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.wording import full_date
from portal.trials.forms import weeks_label
from portal.trials.measures import MEASURES
from portal.trials.models import Trial
from portal.trials.slots import slot_label


@dataclass(frozen=True)
class Differs:
    """One fact that somebody else changed: as it stands, and as it was typed."""

    label: str
    standing: str
    typed: str


def facts_of(trial: Trial) -> dict[str, str]:
    """A trial as words, by field of its form."""
    texts = {f"text_{code}": words for code, words in trial.texts.items()}
    answers = {f"answers_{code}": "\n".join(told) for code, told in trial.answers.items()}
    measure = str(MEASURES[trial.measure].label) if trial.measure in MEASURES else trial.measure
    return {
        "slot": slot_label(trial.slot), "neighbourhood": trial.neighbourhood.name, "hope": trial.hope, "measure": measure,
        "starts_on": full_date(trial.starts_on), "weeks": weeks_label(trial.weeks), **texts, **answers,
    }  # fmt: skip


def differences(form: Any, standing: Mapping[str, str]) -> list[Differs]:
    """What differs, in the order of the form. A field that stands empty counts as well."""
    found = []
    for field in form.shown:
        if field.type == "HiddenField":
            continue
        typed, stands = _typed(field), standing.get(field.name, "")
        if typed != stands:
            found.append(Differs(str(field.label.text), stands, typed))
    return found


def _typed(field: Any) -> str:
    if field.type == "SelectField":
        return next((str(one.label) for one in field.choices if one.value == field.data), "")
    return field.data or ""
