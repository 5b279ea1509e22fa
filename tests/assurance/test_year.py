"""A short form of `benchmarks/freshness_year.py`: the real job on a real database, 16 weeks of 40 groups."""

from benchmarks import freshness_year as simulation


def test_eight_of_ten_listings_stay_within_their_rhythm_and_nobody_gets_a_fourth_mail() -> None:
    with simulation.in_memory() as folder:
        year, _seconds = simulation.a_year(folder, 0.7, is_once=False, groups=40, seed=1, days=16 * 7)
    assert min(week.share for week in year.weeks[13:16]) >= simulation.LEAST_SHARE
    assert max(simulation.most_in_a_quarter(year.mails)) <= simulation.MOST_A_QUARTER
    assert sum(map(len, year.mails.values())) / 40 <= simulation.MOST_A_YEAR * 16 / 52
