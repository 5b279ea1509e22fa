"""What the worker does for figures: takes what happened below it as facts and adds it up. Nothing below calls up here."""

from portal.core.jobs import job
from portal.insight import gauges, happenings, summing, tallied


@job("insight.collect")
def collect() -> None:
    """Take what happened since the last time as facts, and make the sums of its days anew."""
    happenings.collect_events()
    happenings.collect_gaps()
    tallied.collect()
    summing.fold()


@job("insight.read_gauges")
def read_gauges() -> None:
    """Note once a day how much there is."""
    gauges.read()
    summing.fold()
