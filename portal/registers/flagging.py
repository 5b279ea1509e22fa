"""Flags organisations whose number stands in its public register no more. Moderators see it; nobody is written to."""

from sqlalchemy import select

from portal.core import audit
from portal.core.extensions import db
from portal.core.jobs import job
from portal.organisations.models import OrganizationIdentifier
from portal.registers.models import RegisterEntry, RegisterFlag


@job("registers.look")
def look() -> None:
    """Compare the numbers of our organisations with the registers: flag what was removed, take back what came again."""
    removed = {
        (organisation, register, number): day
        for organisation, register, number, day in db.session.execute(
            select(
                OrganizationIdentifier.organization_id,
                RegisterEntry.register,
                RegisterEntry.number,
                RegisterEntry.removed_on,
            )
            .join(
                RegisterEntry,
                (RegisterEntry.register == OrganizationIdentifier.identifier_scheme)
                & (RegisterEntry.number == OrganizationIdentifier.identifier),
            )
            .where(RegisterEntry.is_removed)
        )
    }
    for flag in db.session.scalars(select(RegisterFlag)):
        key = flag.organization_id, flag.register, flag.number
        if key in removed:
            flag.removed_on = removed.pop(key)
        else:
            audit.record("register.unflagged", ("organization", flag.organization_id), by=None)
            db.session.delete(flag)
    for (organisation, register, number), day in removed.items():
        db.session.add(RegisterFlag(organization_id=organisation, register=register, number=number, removed_on=day))
        audit.record(
            "register.flagged",
            ("organization", organisation),
            by=None,
            details={"register": register, "number": number},
        )
