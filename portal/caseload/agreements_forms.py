"""Forms of agreements: noting one, a no, and an end."""

from datetime import timedelta

from wtforms.validators import ValidationError

from portal.caseload.record_fields import LONGEST_LINE, MakingForm
from portal.codes.dates import DateField
from portal.core import clock
from portal.core.form_fields import Choice, Ticks, line, words
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.people.consents import GIVEN_BY, HOWS, SCOPES, USUAL, Agreement

LONGEST_LASTS = timedelta(days=5 * 365)
TOLD = {"spoken": HOWS["spoken"], "written": HOWS["written"]}
"""How a no or an end is told to a link worker."""


class AgreementForm(MakingForm):
    """What a person agreed to with one organisation."""

    free = ("basis_note",)

    scopes = Ticks(_l("What may they see?"), SCOPES, default=list(USUAL))
    how = Choice(
        _l("How did they agree?"), {key: words for key, words in HOWS.items() if key != "online"},
        needed=_l("Say how they agreed"),
    )  # fmt: skip
    given_by = Choice(_l("Who agreed?"), GIVEN_BY, default="person", needed=_l("Say who agreed"))
    basis_note = words(
        _l("If somebody else decided, or the person is under 16: on what ground?"),
        _l("Why the person cannot decide this and who was asked, or how you found that a young person understands."),
        longest=1000,
    )
    evidence = line(
        _l("Where is it written down?"),
        _l("For example, “form in the practice’s record”. You can leave this empty"),
        longest=LONGEST_LINE,
    )
    expires_on = DateField(_l("Until when?"), hint=_l("A year from now if you leave it empty"))

    def validate_expires_on(self, field: DateField) -> None:
        """Within some years."""
        if field.data and field.data > clock.today() + LONGEST_LASTS:
            raise ValidationError(_("Enter a date within 5 years"))

    def agreement(self) -> Agreement:
        """What was typed."""
        return Agreement(
            how=self.how.data,
            scopes=tuple(self.scopes.data or ()),
            given_by=self.given_by.data,
            basis_note=self.basis_note.data or None,
            evidence=self.evidence.data or None,
            expires_on=self.expires_on.data,
        )


class EndForm(MakingForm):
    """That a person agrees no more, or said no: how they told."""

    how = Choice(_l("How did they tell you?"), TOLD, needed=_l("Say how they told you"))
