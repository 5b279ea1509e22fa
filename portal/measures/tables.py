"""The table that turns raw sums into scores, as an operator pastes it: two numbers a line."""

import re

from flask_babel import gettext as _

from portal.core.errors import DomainError
from portal.measures.instruments import Scale

LINE = re.compile(r"([0-9]{1,3})[\s,;:=]+([0-9]{1,3}(?:\.[0-9]{1,4})?)")


class WrongTable(DomainError):
    """What was pasted is no table for this measure."""


def read(text: str, scale: Scale) -> dict[int, float]:
    """Scores by raw sum, for each sum there is, rising, within the range. Raises WrongTable with what to mend."""
    lowest, highest = scale.lowest or 0, scale.highest or 0
    table: dict[int, float] = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        found = LINE.fullmatch(line)
        if found is None:
            raise WrongTable(_("Line %(number)s is not two numbers, like 7 7.00", number=number))
        raw, score = int(found[1]), float(found[2])
        if raw in table or not lowest <= raw <= highest:
            raise WrongTable(_("Line %(number)s: this sum stands twice or cannot come up", number=number))
        if not lowest <= score <= highest:
            ends = {"lowest": f"{lowest:g}", "highest": f"{highest:g}"}
            raise WrongTable(
                _("Line %(number)s: the score must be from %(lowest)s to %(highest)s", number=number, **ends)
            )
        table[raw] = score
    left = [raw for raw in range(int(lowest), int(highest) + 1) if raw not in table]
    if left:
        raise WrongTable(_("The table has no score for the sum %(sum)s", sum=left[0]))
    rising = [table[raw] for raw in sorted(table)]
    if rising != sorted(rising):
        raise WrongTable(_("A higher sum must not have a lower score"))
    return table
