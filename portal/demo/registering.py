"""A made-up extract of a public register in the demo: bodies to add, numbers of some organisations, one of them removed."""

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.registers import flagging
from portal.registers.formats import REGISTERS, told
from portal.registers.loading import columns_of
from portal.registers.models import RegisterEntry, RegisterLoad

EXTRACT = Path(__file__).parent / "content" / "register.yaml"
REGISTER = REGISTERS["charity-england-wales"]
NAME = "made-up-register.yaml"


def ensure() -> bool:
    """Put it in where it is missing. True where anything was made. The caller commits."""
    if db.session.scalar(select(RegisterLoad.id).limit(1)) is not None:
        return False
    rows: list[dict[str, Any]] = yaml.safe_load(EXTRACT.read_text(encoding="utf-8"))
    for row in rows:
        columns = columns_of(REGISTER, told(REGISTER, row), clock.now())
        db.session.add(RegisterEntry(**columns))
        if row.get("ours"):
            _number(str(row["ours"]), columns["number"])
    db.session.add(RegisterLoad(register=REGISTER.scheme, name=NAME, rows_taken=len(rows)))
    db.session.flush()
    flagging.look.run()
    return True


def _number(name: str, number: str) -> None:
    organisation = db.session.scalar(select(Organization).where(Organization.name == name).order_by(Organization.id))
    if organisation is not None and not organisation.identifiers:
        organisation.identifiers.append(
            OrganizationIdentifier(identifier_scheme=REGISTER.scheme, identifier_type="charity", identifier=number)
        )
