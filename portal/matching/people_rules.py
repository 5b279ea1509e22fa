"""Rules about people: age, groups of people, women and men, and the languages that are spoken."""

from collections.abc import Iterable, Mapping

from flask_babel.speaklater import LazyString

from portal.core import wording
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.directory import audience
from portal.directory.filters import BY_NAME
from portal.directory.languages import LANGUAGE_VALUES, name_of
from portal.directory.listings import Listing
from portal.matching.looks import Look
from portal.matching.verdicts import Said, Verdict, ask, fits, misfit
from portal.matching.wanted import GROUPS

OLDEST = 130
OPEN_END = 99
"""A listing "up to 99" turns nobody away for their age."""
AGES_SAID: Mapping[tuple[Verdict, str], LazyString] = {
    (Verdict.FITS, "from"): _l("For people aged %(first)s and over"),
    (Verdict.FITS, "to"): _l("For people up to the age of %(last)s"),
    (Verdict.FITS, "between"): _l("For people aged %(first)s to %(last)s"),
    (Verdict.ASK, "from"): _l("Ask about age: it is for people aged %(first)s and over"),
    (Verdict.ASK, "to"): _l("Ask about age: it is for people up to the age of %(last)s"),
    (Verdict.ASK, "between"): _l("Ask about age: it is for people aged %(first)s to %(last)s"),
    (Verdict.MISFIT, "from"): _l("Only for people aged %(first)s and over"),
    (Verdict.MISFIT, "to"): _l("Only for people up to the age of %(last)s"),
    (Verdict.MISFIT, "between"): _l("Only for people aged %(first)s to %(last)s"),
}
BANDS_SAID: Mapping[Verdict, LazyString] = {
    Verdict.FITS: _l("For people of these ages: %(ages)s"),
    Verdict.ASK: _l("Ask about age: it is for people of these ages: %(ages)s"),
    Verdict.MISFIT: _l("Only for people of these ages: %(ages)s"),
}
ONLY_SAID: Mapping[Verdict, Mapping[str, LazyString]] = {
    Verdict.FITS: {"women_only": _l("For women only"), "men_only": _l("For men only")},
    Verdict.ASK: {
        "women_only": _l("Ask who can come: it is for women only"),
        "men_only": _l("Ask who can come: it is for men only"),
    },
    Verdict.MISFIT: {"women_only": _l("Only for women"), "men_only": _l("Only for men")},
}
"""What is said of a listing that is for women or for men alone."""
NOT_ONLY: Mapping[str, LazyString] = {
    "women_only": _l("Not for women alone"),
    "men_only": _l("Not for men alone"),
}
ASK_ONLY: Mapping[str, LazyString] = {
    "women_only": _l("Ask whether it is for women only: they have not told us"),
    "men_only": _l("Ask whether it is for men only: they have not told us"),
}
OF: Mapping[str, str] = {"women_only": "woman", "men_only": "man"}


def age(look: Look) -> Said | None:
    """Whether somebody of their age can come. For an age that is only known roughly all of it has to be welcome."""
    if look.wanted.ages is None:
        return None
    youngest, oldest = look.wanted.ages
    spans = _welcome(look.listing)
    shut = [audience.BANDS[one] for one in look.listing.service.excluded_audiences if one in audience.BANDS]
    ages = range(min(youngest, OPEN_END), min(oldest, OPEN_END) + 1)
    is_shut = [_is_in(one, shut) for one in ages]
    if all(is_shut):
        return misfit(_("Not for people of this age"))
    if spans is None:
        return ask(_("Ask what ages it is for: they have not told us"))
    welcome = [_is_in(one, spans) for one in ages]
    if not any(welcome):
        return _age_said(Verdict.MISFIT, look.listing)
    if all(welcome) and not any(is_shut):
        return _age_said(Verdict.FITS, look.listing)
    return _age_said(Verdict.ASK, look.listing)


def groups(look: Look) -> Said | None:
    """Where it is for certain people, whether they are among them. What is for nobody in particular has nothing to say."""
    service = look.listing.service
    if turned_away := look.wanted.are & GROUPS.keys() & frozenset(service.excluded_audiences):
        return misfit(_("Not for: %(groups)s", groups=_groups_said(turned_away)))
    named = audience.told(look.listing) & GROUPS.keys()
    if not named:
        return None
    said = _groups_said(named)
    if named & look.wanted.are:
        return fits(_("For: %(groups)s", groups=said))
    if service.anyone_welcome:
        return None
    if named <= look.wanted.are_not:
        return misfit(_("Only for: %(groups)s", groups=said))
    return ask(_("Ask who can come: it is for: %(groups)s", groups=said))


def women_men(look: Look) -> Said | None:
    """Groups for women or men alone: whether they may come, and whether it is one where they want just that."""
    told = [one for one in OF if one in audience.told(look.listing)]
    kind = told[0] if len(told) == 1 else ""
    if look.wanted.only:
        return _wanted_only(look, kind)
    if not kind:
        return None
    is_one = [one for one in OF.values() if one in look.wanted.are]
    verdict = Verdict.ASK if len(is_one) != 1 else Verdict.FITS if is_one[0] == OF[kind] else Verdict.MISFIT
    return Said(verdict, str(ONLY_SAID[verdict][kind]))


def language(look: Look) -> Said | None:
    """Whether somebody speaks their language. Nobody says which languages are not spoken, so the answer is never no."""
    wanted = look.wanted.languages
    if not wanted:
        return None
    if spoken := wanted & frozenset(look.listing.languages):
        return fits(_("They speak: %(languages)s", languages=_languages_said(spoken)))
    if look.wanted.interpreter:
        return ask(_("Ask whether an interpreter can come: %(languages)s", languages=_languages_said(wanted)))
    return ask(_("Ask whether somebody speaks: %(languages)s", languages=_languages_said(wanted)))


def sign_language(look: Look) -> Said | None:
    """Whether somebody signs."""
    if not look.wanted.signs:
        return None
    if "bsl" in look.listing.languages:
        return fits(str(LANGUAGE_VALUES["bsl"]))
    return ask(_("Ask about British Sign Language (BSL): they have not told us"))


def _wanted_only(look: Look, kind: str) -> Said:
    wanted = look.wanted.only
    if kind:
        verdict = Verdict.FITS if kind == wanted else Verdict.MISFIT
        return Said(verdict, str(ONLY_SAID[verdict][kind]))
    if look.listing.service.anyone_welcome or wanted in audience.denied(look.listing):
        return misfit(str(NOT_ONLY[wanted]))
    return ask(str(ASK_ONLY[wanted]))


def _welcome(listing: Listing) -> list[tuple[int, int]] | None:
    """The ages that a listing says are welcome, as first and last; None where it has not told."""
    service = listing.service
    if service.minimum_age is not None or service.maximum_age is not None:
        return [(service.minimum_age or 0, _last(service.maximum_age))]
    if service.anyone_welcome:
        return [(0, OLDEST)]
    return [audience.BANDS[one] for one in _bands(listing)] or None


def _bands(listing: Listing) -> list[str]:
    told = audience.told(listing)
    return [one for one in audience.BANDS if one in told]


def _last(maximum: int | None) -> int:
    return OLDEST if maximum is None or maximum >= OPEN_END else maximum


def _age_said(verdict: Verdict, listing: Listing) -> Said:
    first, last = listing.service.minimum_age, listing.service.maximum_age
    if last is not None and last >= OPEN_END:
        last = None
    if first or last is not None:
        kind = "to" if not first else "from" if last is None else "between"
        return Said(verdict, str(AGES_SAID[verdict, kind]) % {"first": first, "last": last})
    bands = _bands(listing)
    if listing.service.anyone_welcome or first is not None:
        return Said(verdict, _("For all ages")) if verdict is Verdict.FITS else ask(_("Ask what ages it is for"))
    ages = wording.comma_list([BY_NAME["who"].label_of(one) for one in bands])
    return Said(verdict, str(BANDS_SAID[verdict]) % {"ages": ages})


def _is_in(age: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= age <= last for first, last in spans)


def _groups_said(named: frozenset[str]) -> str:
    return wording.comma_list([str(label) for one, label in GROUPS.items() if one in named])


def _languages_said(codes: frozenset[str]) -> str:
    return wording.or_list([name_of(code) for code in sorted(codes)])
