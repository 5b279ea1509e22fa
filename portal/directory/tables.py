"""The tables of listings under their own names, for statements that read columns and make no models."""

from typing import Any

from portal.directory import models
from portal.organisations.models import Organization, OrganizationIdentifier

accessibility: Any = models.Accessibility.__table__
address: Any = models.Address.__table__
attribute: Any = models.Attribute.__table__
contact: Any = models.Contact.__table__
cost_option: Any = models.CostOption.__table__
funding: Any = models.Funding.__table__
language: Any = models.Language.__table__
location: Any = models.Location.__table__
organization: Any = Organization.__table__
organization_identifier: Any = OrganizationIdentifier.__table__
phone: Any = models.Phone.__table__
schedule: Any = models.Schedule.__table__
service: Any = models.Service.__table__
service_area: Any = models.ServiceArea.__table__
service_at_location: Any = models.ServiceAtLocation.__table__
service_change: Any = models.ServiceChange.__table__
session: Any = models.Session.__table__
session_exception: Any = models.SessionException.__table__
source: Any = models.Source.__table__
source_record: Any = models.SourceRecord.__table__
taxonomy: Any = models.Taxonomy.__table__
taxonomy_term: Any = models.TaxonomyTerm.__table__
