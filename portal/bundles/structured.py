"""A page for a situation in life for machines that read pages: a list of what stands on it, without sensitive needs."""

from markupsafe import Markup

from portal.bundles.assembling import Page
from portal.bundles.models import Bundle
from portal.directory import structured


def bundle_data(bundle: Bundle, told: Page, address: str) -> Markup:
    """The page and its services, each once, in the order of the page."""
    cards = {card.id: card for section in told.sections for card in section.cards if card.can_save}
    return structured.document(
        {
            **structured.page_about(address),
            "@type": "CollectionPage",
            "url": address,
            "name": bundle.title,
            "description": bundle.intro,
            "inLanguage": bundle.lang,
            "mainEntity": structured.list_of(cards.values(), total=len(cards)) if cards else None,
        }
    )
