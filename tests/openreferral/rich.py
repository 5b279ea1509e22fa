"""Made-up listings of which every column is filled, for what must carry all facts."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from portal.core.extensions import db
from portal.directory.models import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    ForStaff,
    Funding,
    Language,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Session,
    SessionException,
    Source,
    SourceRecord,
    Taxonomy,
    TaxonomyTerm,
)
from portal.organisations.models import Organization, OrganizationIdentifier
from tests.factories import Make

SAID = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def organisation(name: str = "Ælfgar & Daughters <Trust>", number: int = 1, **columns: Any) -> Organization:
    """An organisation that says everything of itself. `number` tells it from others in the registers."""
    return Organization(
        name=name,
        description="=Not a formula, but how we write.\nSecond line, with \"quotes\", commas; and 'marks'.",
        email="hello@aelfgar.org.uk",
        website="https://aelfgar.org.uk/",
        logo="https://aelfgar.org.uk/logo.png",
        uri="https://register.org.uk/aelfgar",
        lang="cy",
        identifiers=[
            OrganizationIdentifier(
                identifier_scheme="GB-CHC", identifier_type="Charity number", identifier=f"100000{number}"
            ),
            OrganizationIdentifier(
                identifier_scheme="GB-COH", identifier_type="Company number", identifier=f"0123456{number}"
            ),
        ],
        **columns,
    )


def service(name: str, organization: Organization, *places: ServiceAtLocation, **columns: Any) -> Service:
    """A service with a value in every column and a row in every table."""
    filled: dict[str, Any] = {
        "description": "Tea, talk and warmth.\n\nCome when you like.",
        "url": "https://aelfgar.org.uk/tea?a=1&b=2",
        "email": "tea@aelfgar.org.uk",
        "fees": "Pay what you can",
        "accreditations": "None",
        "minimum_age": 18,
        "maximum_age": 99,
        "assured_date": date(2026, 11, 1),
        "assurer_email": "ann.lark@aelfgar.org.uk",
        "assured_by": "group",
        "assured_how": "email",
        "alert": "No lift this week",
        "lang": "cy",
        "summary": "Tea and talk",
        "who_for": "'=Anyone who is on their own",
        "first_visit": ["Ring the bell.", "-Ask for the kettle."],
        "how_to_join": "Just come",
        "joining": ["drop_in", "self_refer"],
        "audiences": ["carers", "women_only"],
        "excluded_audiences": ["children"],
        "anyone_welcome": True,
        "bring_someone": False,
        "opening_text": "Most weekdays, but ring first",
        "space_state": "waiting",
        "space_weeks": 3,
        "space_full_until": date(2027, 1, 4),
        "space_said_at": SAID,
    }
    made = Service(name=name, organization=organization, **(filled | columns))
    made.service_at_locations = list(places)
    made.contacts = [
        Contact(name="Tea Office", title="Enquiries", hours="Mondays, 9am to noon", phones=_phones()),
        Contact(name="Ann Lark", title="Coordinator", phones=[Phone(number="0116 222 2223")]),
    ]
    made.schedules = [_schedule(time(9), time(17), byday="MO,WE"), _schedule(None, None, freq=None, byday=None)]
    made.service_areas = [
        ServiceArea(name="Leicester", extent="E06000016", extent_type="code", uri="https://areas.org.uk/1"),
        ServiceArea(name="Everywhere", extent_type="nationwide", service_area="All of the country"),
    ]
    made.languages = [Language(code="en"), Language(code="ur", note="On Mondays")]
    made.for_staff = ForStaff(takes_urgent=True)
    made.funding = [Funding(source="The lottery"), Funding(source="+The council")]
    made.cost_options = [
        CostOption(kind="paid", amount=Decimal("2.50"), option="A trip", amount_description="with lunch"),
        CostOption(kind="free", option="On benefits", valid_from=date(2026, 1, 1), valid_to=date(2027, 12, 31)),
    ]
    db.session.add(made)
    db.session.commit()
    return made


def place(**columns: Any) -> Location:
    """A venue that says everything of itself."""
    filled: dict[str, Any] = {
        "location_type": "physical",
        "name": "Ælfgar's Barn",
        "description": "A barn behind the green",
        "latitude": 52.62941,
        "longitude": -1.10521,
        "external_identifier": "10092008082",
        "external_identifier_type": "UPRN",
        "privacy": "public",
        "authority_code": "E06000016",
        "neighbourhood_code": "E02002838",
        "place_name": "Stoneygate",
        "getting_there": "Bus 31 to the green",
    }
    made = Location(**(filled | columns))
    made.addresses = [
        Address(
            attention="Welcome desk", address_1="1 Barn Row", city="Leicester", region="East Midlands",
            state_province="Leicestershire", postal_code="LE2 0QB", country="GB", address_type="physical",
        ),
        Address(address_1="PO Box 12", postal_code="LE1 1QH", address_type="postal"),
    ]  # fmt: skip
    made.accessibility = [
        Accessibility(fact="step_free", answer=True, description="A ramp", details="At the side", accessibility="Ramp"),
        Accessibility(fact="parking", answer=False),
        Accessibility(description="Ask about the loop", url="https://aelfgar.org.uk/access"),
    ]
    return made


def at(location: Location, *modes: str, full: bool = True) -> ServiceAtLocation:
    """A service at a place, with sessions of every kind and opening hours."""
    here = ServiceAtLocation(location=location, delivery_modes=list(modes))
    if full:
        here.sessions = [
            Session(
                freq="weekly", interval=2, byday="TU,TH", dtstart=date(2026, 9, 1), valid_to=date(2027, 6, 30),
                starts_at=time(10), ends_at=time(12, 30), on_bank_holidays=True, in_school_holidays=False,
                name="Tea", note="@ the barn",
                exceptions=[
                    SessionException(date=date(2026, 12, 22), kind="cancelled", note="Holidays"),
                    SessionException(date=date(2026, 12, 23), kind="extra", starts_at=time(11), ends_at=time(13)),
                ],
            ),
            Session(freq="monthly", byday="1MO,-1FR", dtstart=date(2026, 9, 7), starts_at=time(19)),
            Session(
                freq="dates", dtstart=date(2026, 12, 1), starts_at=time(14), ends_at=time(15),
                exceptions=[SessionException(date=date(2026, 12, 5), kind="extra", note="With cake")],
            ),
        ]  # fmt: skip
        here.schedules = [_schedule(time(8), time(20), byday="SA")]
    return here


def terms() -> list[TaxonomyTerm]:
    """Terms of two vocabularies that are not ours."""
    esd = Taxonomy(name="Service types", description="Types", uri="https://standards.org.uk/types", version="4")
    parent = TaxonomyTerm(name="Groups", description="Groups", term="100", vocabulary=esd)
    child = TaxonomyTerm(
        name="Lunch groups", description="Lunch in company", term="101", vocabulary=esd, taxonomy="Service types",
        term_uri="https://standards.org.uk/types/101",
    )  # fmt: skip
    db.session.add_all([esd, parent, child])
    db.session.flush()
    child.parent_id = parent.id
    db.session.commit()
    return [parent, child]


def fill(make: Make) -> list[Service]:
    """Four rich listings: at a public place and on the phone, near an area, hidden, and bare."""
    group = organisation()
    barn = place()
    made = [
        service(
            "=Tea + talk", group, at(barn, "in_person"), at(Location(location_type="virtual"), "online", full=False)
        ),
        service(
            "+44 club", group, at(barn, "in_person", full=False), minimum_age=None, assurer_email="info@aelfgar.org.uk"
        ),
        service("Larch House", organisation("Larch Group", 2), at(_private("area"), "in_person")),
        service("Rowan House", organisation("Rowan Group", 3), at(_private("hidden"), "in_person")),
    ]
    for one in made:
        link = {"link_id": one.id, "link_type": "service"}
        own = [Attribute(taxonomy_term_id=make.need(need).id, **link) for need in ("food", "loneliness")]
        db.session.add_all(own)
    for term in terms():
        db.session.add(Attribute(taxonomy_term_id=term.id, link_id=made[0].id, link_type="service"))
    db.session.commit()
    _copied(made[1])
    make.service(
        "Bare", cost=None, needs=(), joining=[], description=None, summary=None, modes=(), place={"postcode": None}
    )
    db.session.expire_all()
    return made


def _copied(service: Service) -> None:
    """Say that a service was copied from elsewhere."""
    source = Source(
        name="Vale Directory", url="https://vale.org.uk/feed?key=secret", licence="Open Government Licence 3.0"
    )
    document = {"name": service.name, "id": "v-44"}
    record = SourceRecord(source=source, external_id="v-44", document=document, digest="0" * 64, fetched_at=SAID)
    service.source_record = record
    db.session.add(source)


def _private(privacy: str) -> Location:
    location = place(
        privacy=privacy, name="Secret Cottage", description="By Hidden Lane", getting_there="Via Hidden Lane"
    )
    location.addresses = [Address(address_1="77 Hidden Lane", city="Leicester", postal_code="LE3 9QP")]
    return location


def _phones() -> list[Phone]:
    return [
        Phone(number="+44 116 222 2222", description="Day time", languages=[Language(code="pa", note="Ask for it")]),
        Phone(number="0116 222 2224"),
    ]


def _schedule(opens: time | None, closes: time | None, **columns: Any) -> Schedule:
    filled: dict[str, Any] = {
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 1, 1),
        "dtstart": date(2026, 1, 5),
        "freq": "WEEKLY",
        "interval": 1,
        "byday": "MO",
        "bymonthday": None,
        "description": "Open house",
        "schedule_link": "https://aelfgar.org.uk/when",
        "attending_type": "in person",
        "notes": "Not in August",
    }
    return Schedule(opens_at=opens, closes_at=closes, **(filled | columns))
