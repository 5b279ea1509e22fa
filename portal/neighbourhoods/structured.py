"""A neighbourhood for machines that read pages: the place, and what meets there in these days."""

from flask_babel import gettext as _
from markupsafe import Markup

from portal.core.pages import whole_address
from portal.directory import structured
from portal.geography.models import Neighbourhood
from portal.neighbourhoods.drop_ins import Board
from portal.neighbourhoods.week import Week


def drop_in_data(neighbourhood: Neighbourhood, board: Board, path: str) -> Markup:
    """The page of a neighbourhood's drop-ins, in its order. Nothing is said of a sensitive need."""
    address = whole_address(path)
    cards = [one.card for one in board.every if one.card.can_save]
    return structured.document(
        {
            **structured.page_about(address),
            "@type": "CollectionPage",
            "url": address,
            "name": _("Drop-ins in %(name)s", name=neighbourhood.name),
            "mainEntity": structured.list_of(cards, total=len(cards)) if cards else None,
        }
    )


def neighbourhood_data(neighbourhood: Neighbourhood, week: Week, path: str) -> Markup:
    """The page of a neighbourhood, with each listing of its week once. Nothing is said of a sensitive need."""
    address = whole_address(path)
    cards = {slot.id: slot.card for day in week.days for slot in day.slots if slot.card.can_save}
    is_placed = neighbourhood.lat is not None and neighbourhood.lon is not None
    middle = {"@type": "GeoCoordinates", "latitude": neighbourhood.lat, "longitude": neighbourhood.lon}
    return structured.document(
        {
            **structured.page_about(address),
            "@type": "CollectionPage",
            "url": address,
            "name": neighbourhood.name,
            "about": {
                "@type": "Place",
                "name": neighbourhood.name,
                "geo": middle if is_placed else None,
                "containedInPlace": {"@type": "AdministrativeArea", "name": neighbourhood.set.area},
            },
            "mainEntity": structured.list_of(cards.values(), total=len(cards)) if cards else None,
        }
    )
