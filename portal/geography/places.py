"""What a place that somebody typed turned out to be, or why it could not be found."""

from dataclasses import dataclass
from typing import Literal

from flask_babel import lazy_gettext as _l

Nation = Literal["england", "wales", "scotland", "northern_ireland"]
Kind = Literal["postcode", "sector", "district", "place", "neighbourhood", "authority", "county"]
Precision = Literal["postcode", "sector", "district", "place"]
Reason = Literal[
    "empty", "unknown", "unknown_postcode", "ended", "post_only", "no_grid_reference",
    "northern_ireland", "crown_dependency", "forces", "too_wide",
]  # fmt: skip

NATIONS: dict[str, Nation] = {"E": "england", "W": "wales", "S": "scotland", "N": "northern_ireland"}
COUNTRY_CODES = {"england": "E92000001", "wales": "W92000004", "scotland": "S92000003", "northern_ireland": "N92000002"}
LSOAS = {
    (2011, "E"): 32_844, (2011, "W"): 1_909, (2021, "E"): 33_755, (2021, "W"): 1_917,
}  # fmt: skip
"""How many small areas each nation ranks. Source: English Indices of Deprivation 2019, 2025; WIMD 2019, 2025."""

SENTENCES = {
    "empty": _l("Enter a postcode or a place, like LE2 0QB or Camden Town"),
    "unknown": _l("Enter a full UK postcode or a town, like LE2 0QB or Camden Town"),
    "unknown_postcode": _l("We do not know the postcode %(text)s. Check it, or enter a town instead"),
    "ended": _l("The postcode %(text)s is no longer used, or is only used for post. Enter another postcode or a town"),
    "ended_year": _l("The postcode %(text)s is no longer used. It ended in %(year)s. Enter a newer postcode or a town"),
    "post_only": _l(
        "The postcode %(text)s is only used for post and has no place on the map. Enter another postcode or a town"
    ),
    "no_grid_reference": _l(
        "The postcode %(text)s is used, but its place on the map is not published. Enter one nearby, or a town"
    ),
    "northern_ireland": _l(
        "%(text)s is in Northern Ireland. We can only look up postcodes in England, Scotland and Wales"
    ),
    "crown_dependency": _l(
        "%(text)s is in the Channel Islands or the Isle of Man. "
        "We can only look up postcodes in England, Scotland and Wales"
    ),
    "forces": _l("%(text)s is a forces address. Enter the postcode or town where you are now"),
    "too_wide": _l("%(text)s is too large to search near. Enter a postcode or a town in it"),
}
"""What to say for each reason. `text` is what was typed, `year` when a postcode ended."""


@dataclass(frozen=True)
class Alternative:
    """Another place of the same name: what to type for it, and what it is called."""

    text: str
    label: str


@dataclass(frozen=True)
class Place:
    """A place that was understood. Degrees, WGS 84.

    `sector` is as much of a postcode as a shared address may carry ("LE2 0"). `precision` says what was typed;
    `certainty` what is known of the neighbourhood: "exact" from a loaded file, "in" well inside its outline, "near"
    close to its edge or the middle of something larger. `area_codes` are all official areas whose services reach the
    place: country, county, councils and neighbourhoods. LSOA and deprivation stand only after a file was loaded.
    """

    text: str
    label: str
    kind: Kind
    lat: float
    lon: float
    precision: Precision
    sector: str = ""
    authority_code: str | None = None
    authority_name: str | None = None
    neighbourhood_code: str | None = None
    neighbourhood_name: str | None = None
    vintage: int | None = None
    certainty: Literal["exact", "in", "near"] | None = None
    nation: Nation | None = None
    area_codes: frozenset[str] = frozenset()
    alternatives: tuple[Alternative, ...] = ()
    lsoa_code: str | None = None
    deprivation_rank: int | None = None

    @property
    def is_near_edge(self) -> bool:
        """True where a page must say "near" its neighbourhood and not "in" it."""
        return self.certainty == "near"

    @property
    def shared(self) -> str:
        """What a link that leaves the page may carry instead of what was typed: a sector at most."""
        return self.sector or self.label

    @property
    def deprivation_decile(self) -> int | None:
        """1 for the most deprived tenth of the small areas of the place's nation; none without a loaded file."""
        total = LSOAS.get((self.vintage or 0, (self.lsoa_code or " ")[0]))
        return None if total is None or not self.deprivation_rank else min(10, -(-self.deprivation_rank * 10 // total))


@dataclass(frozen=True)
class PlaceProblem:
    """A place that could not be used, and why. `try_instead` can be offered as a link; it is known to be found."""

    text: str
    reason: Reason
    try_instead: str | None = None
    ended: str | None = None
    nation: Nation | None = None
    authority_code: str | None = None
    authority_name: str | None = None

    @property
    def sentence(self) -> str:
        """What to tell the reader, in the reader's language."""
        key = "ended_year" if self.reason == "ended" and self.ended else self.reason
        return str(SENTENCES.get(key, SENTENCES["unknown"])) % {"text": self.text, "year": self.ended}
