"""How people ask for a service in a language, by the language they say it in. All other plain words stand in `data/lexicon/`."""

from collections.abc import Mapping
from types import MappingProxyType

SPOKEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("%s speaking", "%s speaker", "speaks %s", "who speak %s", "in %s language"),
        "cy": ("siarad %s", "yn siarad %s"),
        "ur": ("%s بولنے والا", "%s بولنے والی"),
    }
)
"""How people ask for a service in a language. %s stands for the language."""
