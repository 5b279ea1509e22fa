"""Which service is asked for each line of a bundle."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import request
from wtforms import Form, RadioField
from wtforms.validators import ValidationError

from portal.core.forms import KeyedForm
from portal.core.i18n import gettext as _
from portal.together.proposing import Proposal

LEFT_OUT = "none"


class LinePart(Form):
    """One line: one of the services that are offered, or left out."""

    service = RadioField(validate_choice=False)

    def __init__(self, proposal: Proposal, first: UUID | None, *args: Any, **options: Any) -> None:
        self.proposal = proposal
        told = str(first) if first else LEFT_OUT
        super().__init__(*args, prefix=f"{proposal.line.id}-", data={"service": told}, **options)

    def validate_service(self, field: RadioField) -> None:
        """One that is still offered: between the page and the answer a group may have filled up."""
        if field.data != LEFT_OUT and field.data not in {str(one.id) for one in self.proposal.offers}:
            raise ValidationError(_("%(line)s: choose a group, or leave it out", line=self.proposal.line.label))

    @property
    def chosen(self) -> UUID | None:
        """The service; none where it is left out."""
        return None if self.service.data == LEFT_OUT else UUID(str(self.service.data))


class ChooseForm(KeyedForm):
    """All lines of a bundle. `before`: by line, what was chosen, where a draft is chosen for anew; else what is proposed is."""

    def __init__(
        self, proposals: Sequence[Proposal], *args: Any, before: Mapping[str, UUID] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        sent = request.form if self.is_submitted() else None
        self.parts = [LinePart(one, _first(one, before), sent) for one in proposals]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each line, and that one of them is not left out."""
        is_right = bool(super().validate(extra_validators))
        if [one for one in self.parts if not one.validate()]:
            return False
        if self.parts and not self.chosen:
            self.parts[0].service.errors = [_("Choose one group at least, or go back to the record")]
            return False
        return is_right

    @property
    def chosen(self) -> dict[str, UUID]:
        """By line, the services that were chosen."""
        found = {one.proposal.line.id: one.chosen for one in self.parts}
        return {line: service for line, service in found.items() if service is not None}

    def problems(self) -> list[tuple[str, str]]:
        """With those of the lines."""
        of_parts = [(one.service.id, str(one.service.errors[0])) for one in self.parts if one.service.errors]
        return [*super().problems(), *of_parts]

    @property
    def errors(self) -> dict[str, Any]:
        """With those of the lines."""
        found = dict(super().errors)
        for part in getattr(self, "parts", ()):
            found |= {part.service.id: part.service.errors} if part.service.errors else {}
        return found


def _first(proposal: Proposal, before: Mapping[str, UUID] | None) -> UUID | None:
    """What is ticked at first; what is not offered any more cannot be."""
    if before is None:
        return proposal.first
    chosen = before.get(proposal.line.id)
    return chosen if chosen is None or chosen in {one.id for one in proposal.offers} else proposal.first
