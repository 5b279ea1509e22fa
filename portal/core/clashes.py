"""What differs between what was typed and what stands, where somebody was quicker. `components/clash-frame.html` draws it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Field

from portal.core.wording import comma_list, full_date


@dataclass(frozen=True)
class Differs:
    """One thing that reads otherwise: as it stands, and as it was typed. Either is empty where nothing stands or was typed."""

    label: str
    standing: str
    typed: str


def differences(
    fields: Iterable[Field], standing: Mapping[str, Any], typed: Mapping[str, str] | None = None
) -> list[Differs]:
    """What reads otherwise, in the order of the fields. `standing`: by their names, as the fields hold it or in words.

    What is not in `standing` is left out. `typed`: words for what was typed, where a field's own do not say it.
    """
    pairs = (
        (field, said(field, standing[field.name]), (typed or {}).get(field.name, said(field, field.data)))
        for field in fields
        if field.name in standing
    )
    return [Differs(str(field.label.text), stands, told) for field, stands, told in pairs if stands != told]


def said(field: Field, value: Any) -> str:
    """A value of a field as somebody reads it; nothing for none."""
    if isinstance(value, date):
        return full_date(value)
    if (choices := getattr(field, "choices", None)) is None:
        return "" if value is None else str(value)
    labels = {one.value: str(one.label) for one in choices}
    values = value if isinstance(value, list | tuple) else [value or ""]
    known = [label for one, label in labels.items() if one in values]
    return comma_list([*known, *(str(one) for one in values if one not in labels)])
