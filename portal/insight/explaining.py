""" "How we count this": whole sentences, made of the parts of the definition that computes the figure."""

from flask_babel import ngettext

from portal.core.extensions import settings
from portal.core.i18n import gettext as _
from portal.core.small_numbers import SMALLEST, rule
from portal.core.wording import comma_list
from portal.insight.cuts import CUTS, NOT_TOLD, REASON_GROUPS, By
from portal.insight.definitions import MEASURES, Measure


def how_counted(measure: Measure, by: By) -> list[str]:
    """The sentences for one figure along one cut."""
    return [*_what(measure), *_once(measure, by), *_where(measure, by), *_small(measure, by), *_fixed(measure)]


def how_offered(measure: Measure) -> list[str]:
    """The sentences for what is counted without people and read when the page is: now, of no quarter."""
    return [
        *_what(measure),
        _("As it is today."),
        _("A listing counts under each of its needs, and in each neighbourhood where it has a place."),
        *_small(measure, "neighbourhood"),
    ]


def how_missed() -> list[str]:
    """The sentences for searches that found nothing or little, by need, of a month (`queries.searches`)."""
    return [
        _("Searches that found nothing, or little that fits."),
        _("A search counts once for each need that was read from it."),
        _("Each time counts, so one person can count more than once."),
        *rule(),
        _("The number of a need is not shown where it would let a small one be worked out."),
        _("A month is shown once it is over."),
    ]


def _what(measure: Measure) -> list[str]:
    said = [str(measure.what)]
    if measure.when is not None:
        said.append(str(measure.when))
    if measure.reasons:
        reasons = comma_list([str(REASON_GROUPS[one]) for one in REASON_GROUPS if one in measure.reasons])
        said.append(_("Reasons that count here: %(reasons)s.", reasons=reasons))
    if measure.after:
        earlier = comma_list([str(MEASURES[one].label) for one in measure.after])
        said.append(_("Steps before this one: %(steps)s. They may lie in an earlier quarter.", steps=earlier))
    return said


def _once(measure: Measure, by: By) -> list[str]:
    if measure.counts == "acts":
        return [_("Each time counts, so one person can count more than once.")]
    if measure.counts == "gauge":
        return [_("As it was on the last day of the quarter.")]
    if measure.counts == "median":
        return [
            _("Half of the people waited this long or less. Each person counts once a quarter, with their first."),
            _("Days are those of the calendar, with weekends."),
        ]
    if by == "need":
        return [_("Each person counts once a need a quarter.")]
    if by == "reason":
        return [_("Each person counts once a reason a quarter.")]
    if by == "group":
        return [_("Each person counts once an organisation a quarter.")]
    return [_("Each person counts once a quarter.")]


def _where(measure: Measure, by: By) -> list[str]:
    if measure.counts in {"acts", "gauge"}:
        return []
    stays = _("If boundaries are redrawn later, it stays there.")
    if measure.where is not None:
        return [str(measure.where), stays, _("Without a neighbourhood it is not counted.")]
    said = [
        _("Somebody counts in the neighbourhood that held their address on that day."),
        stays,
        _("People whose neighbourhood is not known are not counted."),
    ]  # fmt: skip
    if CUTS[by].column is not None and not CUTS[by].has_places and by != "group":
        if NOT_TOLD in CUTS[by].categories():
            said.append(_("Those of whom it is not known stand in a row of their own."))
        said.append(_("What is told is what was known on that day."))
    return said


def _small(measure: Measure, by: By) -> list[str]:
    if measure.is_exact:
        return [_("This counts no people, so small numbers are shown as they are.")]
    if measure.counts == "median":
        return [_("Not shown where fewer than %(smallest)s people are behind it.", smallest=SMALLEST)]
    said = [
        *rule(),
        _("There are no totals here, and a figure is “not shown” where it would let a small one be worked out."),
    ]  # fmt: skip
    if measure.is_from_eight:
        said.append(_("A row is shown where it counts %(smallest)s or more in all.", smallest=SMALLEST))
    if CUTS[by].is_partition:
        said.append(
            _("Percentages are made from the rounded figures, and there is none of fewer than %(smallest)s.", smallest=SMALLEST)
        )  # fmt: skip
    return said


def _fixed(measure: Measure) -> list[str]:
    days = settings().insight_days
    return [
        ngettext(
            "Quarters are fixed. Figures are made %(num)s day after a quarter ends and never change after that.",
            "Quarters are fixed. Figures are made %(num)s days after a quarter ends and never change after that.",
            days,
        )
    ]
