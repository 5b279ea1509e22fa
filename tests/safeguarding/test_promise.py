"""The same working day: at the end of a day, on bank holidays of the nation, and over a clock change."""

from datetime import datetime

import pytest

from portal.core.clock import LONDON
from portal.core.working_days import Nation
from portal.safeguarding.promise import read_by


@pytest.mark.parametrize(
    ("raised", "nation", "wanted"),
    [
        ("2026-11-24T09:10", "england", "2026-11-24T17:00"),
        ("2026-11-24T16:59", "england", "2026-11-24T17:00"),
        ("2026-11-24T17:00", "england", "2026-11-25T17:00"),
        ("2026-11-27T18:30", "england", "2026-11-30T17:00"),
        ("2026-11-29T11:00", "england", "2026-11-30T17:00"),
        ("2026-11-27T18:30", "scotland", "2026-12-01T17:00"),
        ("2026-12-24T17:30", "england", "2026-12-29T17:00"),
        ("2027-03-27T23:00", "england", "2027-03-30T17:00"),
    ],
)
def test_it_is_read_by_the_end_of_the_working_day(raised: str, nation: Nation, wanted: str) -> None:
    at = datetime.fromisoformat(raised).replace(tzinfo=LONDON)
    assert read_by(at, nation) == datetime.fromisoformat(wanted).replace(tzinfo=LONDON)
