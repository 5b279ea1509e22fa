"""Worries that come with an answer to "did it help?": nobody is named, and who wrote is not known."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import force_locale

from portal.core.extensions import db
from portal.core.forms import new_key
from portal.core.i18n import default_locale
from portal.core.i18n import gettext as _
from portal.core.viewer import Nobody
from portal.organisations.models import Organization
from portal.safeguarding import actions, queries
from portal.safeguarding.subjects import Subject
from portal.voice import worries


def _reads(organisations: Sequence[UUID]) -> bool:
    return bool(queries.leads_of(list(organisations)))


def _take(worry: worries.Worry) -> None:
    """Raise it for the organisation that offers the service, and for the team that made the introduction."""
    first, last = (db.session.get(Organization, worry.organisations[place]) for place in (0, -1))
    with force_locale(default_locale().code):
        words = _(
            "Somebody who was asked whether %(service)s helped wrote this, without a name: %(words)s",
            service=worry.service,
            words=worry.words,
        )
    actions.raise_concern(actions.Worry(words, new_key()), Subject(first, last), by=Nobody())


worries.read_by(_reads, _take)
