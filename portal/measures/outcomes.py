"""How a person has come along by one measure: the first result beside the latest, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.wording import brief_date
from portal.measures.instruments import Instrument, Scale
from portal.measures.models import MeasureResult
from portal.measures.wording import Wording
from portal.measures.words import BANDS, NOT_CHECKED, RESULTS, TITLES, WHY_NONE


@dataclass(frozen=True)
class Row:
    """One result. `first` and `latest` as they are read: "4"; "6, up 2". `is_better` None where it is the same or not known.

    `band`: of the latest. `latest` is None while there is one result only.
    """

    label: str
    first: str
    latest: str | None
    band: str | None
    is_better: bool | None


@dataclass(frozen=True)
class Course:
    """A measure of a person: when it was taken first and last, and each of its results.

    `why_none`: why no measure could be taken the last time that one was due. `warning`: said where nobody checked the words.
    """

    instrument_id: str
    title: str
    first_on: date | None
    latest_on: date | None
    rows: tuple[Row, ...]
    times: int
    notice: str | None
    warning: str | None
    why_none: str | None
    why_none_on: date | None = None

    @property
    def heads(self) -> tuple[str, ...]:
        """Over the columns: when it was taken first and last."""
        return tuple(brief_date(day) for day in (self.first_on, self.latest_on) if day)

    @property
    def not_taken(self) -> str | None:
        """That it could not be taken the last time, and why, as a sentence."""
        if self.why_none is None or self.why_none_on is None:
            return None
        return _("Not taken on %(day)s: %(reason)s", day=brief_date(self.why_none_on), reason=self.why_none)


def course(instrument: Instrument, wording: Wording, results: Sequence[MeasureResult]) -> Course:
    """The course of results of one measure, oldest first. Results of another version stand by themselves."""
    taken = [one for one in results if one.answers is not None]
    first, latest = (taken[0], taken[-1]) if taken else (None, None)
    if first is not None and latest is not None and first.version != latest.version:
        first = next(one for one in taken if one.version == latest.version)
    gone = results[-1] if results[-1].why_none else None
    return Course(
        instrument_id=instrument.id,
        title=str(TITLES[instrument.id]),
        first_on=_on(first),
        latest_on=_on(latest) if latest is not first else None,
        rows=tuple(_row(instrument, wording, scale, first, latest) for scale in instrument.scales) if first else (),
        times=len(taken),
        notice=instrument.notice,
        warning=str(NOT_CHECKED) if any(not one.is_wording_checked for one in taken) else None,
        why_none=_why_none(gone),
        why_none_on=_on(gone),
    )


def _why_none(result: MeasureResult | None) -> str | None:
    return str(WHY_NONE[result.why_none]) if result and result.why_none else None


def _on(result: MeasureResult | None) -> date | None:
    return clock.local(result.at).date() if result else None


def _row(
    instrument: Instrument, wording: Wording, scale: Scale, first: MeasureResult, latest: MeasureResult | None
) -> Row:
    then, now = _part(first, scale), _part(latest or first, scale)
    is_one = latest is None or latest is first
    return Row(
        label=str(RESULTS[f"{instrument.id}.{scale.id}"]),
        first=_shown(instrument, wording, scale, first),
        latest=None
        if is_one or latest is None
        else _changed(_shown(instrument, wording, scale, latest), scale, then, now),
        band=str(BANDS[now["band"]]) if now["band"] in BANDS else None,
        is_better=_is_better(scale, then["value"], now["value"]),
    )


def _part(result: MeasureResult, scale: Scale) -> Mapping[str, Any]:
    nothing = {"value": None, "band": None, "missing": list(scale.items)}
    part: Mapping[str, Any] = ((result.score or {}).get("parts") or {}).get(scale.id, nothing)
    return part


def _shown(instrument: Instrument, wording: Wording, scale: Scale, result: MeasureResult) -> str:
    part = _part(result, scale)
    if part["value"] is None:
        missing = len(part["missing"])
        return (
            str(ngettext("%(num)s answer missing", "%(num)s answers missing", missing)) if missing else _("Not scored")
        )
    item = instrument.item(scale.items[0])
    if scale.is_said_in_words and item is not None and result.answers:
        return wording.answer(item, result.answers[item.id])
    return number(part["value"])


def _changed(shown: str, scale: Scale, then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if then["value"] is None or now["value"] is None or scale.is_said_in_words:
        return shown
    change = round(now["value"] - then["value"], 2)
    if change == 0:
        return _("%(score)s, no change", score=shown)
    if change > 0:
        return _("%(score)s, up %(points)s", score=shown, points=number(change))
    return _("%(score)s, down %(points)s", score=shown, points=number(-change))


def _is_better(scale: Scale, then: float | None, now: float | None) -> bool | None:
    if then is None or now is None or then == now or scale.direction == "unknown":
        return None
    return (now > then) == (scale.direction == "higher")


def number(value: float) -> str:
    """ "6" or "21.54"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
