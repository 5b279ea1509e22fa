"""The demo's accounts: invented people, at least one of each role, who belong to the demo's organisations.

Their passwords and second factors are made at the first start and stand in `demo-accounts.json` in the instance folder, which
nobody else may read. What is there already is left alone; what is missing from the database is put back with the same secrets.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp

from portal.accounts.models import Membership, User
from portal.accounts.passwords import hashed
from portal.accounts.queries import user_by_email
from portal.accounts.roles import Role
from portal.core import audit, clock
from portal.core.extensions import db
from portal.demo.rows import demo_id
from portal.organisations.models import Organization

FILE = "demo-accounts.json"
MAIL = "demo.example.org"
WORDS = (
    "amber", "bramble", "candle", "drizzle", "ember", "fennel", "gravel", "harbour", "inkwell", "juniper", "kettle", "lantern",
    "marble", "nettle", "orchard", "pebble", "quarry", "ribbon", "saddle", "thimble", "umber", "velvet", "willow", "yonder",
    "acorn", "beacon", "copper", "dapple", "easel", "fathom", "gables", "heather",
)  # fmt: skip


@dataclass(frozen=True)
class Someone:
    """One of the demo's people. `organisation` is the name of one of the demo's, `home` the part of the demo it is in.

    `days`: how long ago the role was given; `is_trusted`: an editor whose plain changes go live at once.
    """

    role: Role
    mailbox: str
    name: str
    organisation: str | None = None
    home: str = "leicester"
    area: str | None = None
    days: int = 200
    is_trusted: bool = False

    @property
    def email(self) -> str:
        """Their address, which leads nowhere."""
        return f"{self.mailbox}@{MAIL}"


PEOPLE = (
    Someone(Role.ADMINISTRATOR, "administrator", "Ines Calder"),
    Someone(Role.MODERATOR, "moderator", "Joss Merrow", area="leicester"),
    Someone(Role.MODERATOR, "moderator-second", "Odile Marsh", area="leicester"),
    Someone(Role.MODERATOR, "moderator-camden", "Petra Lund", area="camden"),
    Someone(Role.MODERATOR, "moderator-epsom", "Desmond Ojo", area="epsom-and-surrey-downs"),
    Someone(Role.LEAD, "lead", "Farida Bhatt", "Larkfield Social Club", is_trusted=True),
    Someone(Role.LEAD, "lead-second", "Owen Pryce", "Larkfield Social Club", is_trusted=True),
    Someone(Role.LEAD, "lead-evington", "Marguerite Osei", "Evington Good Company", is_trusted=True),
    Someone(Role.LEAD, "lead-camden", "Tomasz Wrona", "Lockside Neighbours", "camden", is_trusted=True),
    Someone(Role.LEAD, "lead-epsom", "Sheila Amory", "Downs Gate Society", "surrey", is_trusted=True),
    Someone(Role.EDITOR, "editor", "Nasreen Malik", "Larkfield Social Club", is_trusted=True),
    Someone(Role.EDITOR, "editor-new", "Callum Reid", "Larkfield Social Club", days=3),
    Someone(Role.EDITOR, "editor-pantry", "Bola Adeyemi", "Saffron Hearth Pantry", is_trusted=True),
    Someone(Role.GROUP_WORKER, "group-worker", "Hetty Vaughan", "Larkfield Social Club"),
    Someone(Role.GROUP_WORKER, "group-worker-evington", "Marek Tole", "Evington Good Company"),
    Someone(Role.SAFEGUARDING_LEAD, "safeguarding-lead", "Ravi Solanki", "Larkfield Social Club"),
    Someone(Role.SAFEGUARDING_LEAD, "safeguarding-lead-team", "Bridie Quill", "Wharfside Link Workers"),
    Someone(Role.REFERRER, "referrer", "Dr Anneka Boyle", "Tannery Row Surgery"),
    Someone(Role.REFERRER, "referrer-second", "Colm Dacey", "Tannery Row Surgery"),
    Someone(Role.LINK_WORKER, "link-worker", "Samir Haddad", "Wharfside Link Workers"),
    Someone(Role.LINK_WORKER, "link-worker-second", "Ruth Pell", "Wharfside Link Workers"),
    Someone(Role.TEAM_COORDINATOR, "team-coordinator", "Lena Fitch", area="leicester"),
    Someone(Role.TEAM_MEMBER, "team-member", "Gwil Rees", area="leicester"),
    Someone(Role.TEAM_MEMBER, "team-member-money", "Delphine Roe", area="leicester"),
    Someone(Role.TEAM_COORDINATOR, "team-coordinator-camden", "Noor Haddow", area="camden"),
    Someone(Role.LINK_WORKER, "link-worker-camden", "Idris Vale", "Lockside Link Workers"),
    Someone(Role.TEAM_MEMBER, "team-member-camden", "Marta Quine", area="camden"),
    Someone(Role.TEAM_MEMBER, "team-member-camden-money", "Piotr Anslow", area="camden"),
    Someone(Role.TEAM_COORDINATOR, "team-coordinator-epsom", "Hugo Lanyon", area="epsom-and-surrey-downs"),
    Someone(Role.LINK_WORKER, "link-worker-epsom", "Bea Tarrant", "Downs Gate Link Workers"),
    Someone(Role.TEAM_MEMBER, "team-member-epsom", "Sunil Fordham", area="epsom-and-surrey-downs"),
    Someone(Role.TEAM_MEMBER, "team-member-epsom-money", "Connie Varley", area="epsom-and-surrey-downs"),
    Someone(Role.LEAD_PROVIDER, "lead-provider", "Amara Nwosu", "Copperbrook Care Partnership"),
    Someone(Role.LEAD_PROVIDER, "lead-provider-camden", "Imelda Frost", "Lockhouse Care Partnership"),
    Someone(Role.LEAD_PROVIDER, "lead-provider-epsom", "Rosamund Peake", "Downside Care Alliance"),
    Someone(Role.COMMISSIONER, "commissioner", "Piers Halloran", area="leicester"),
    Someone(Role.COMMISSIONER, "commissioner-camden", "Nuala Strand", area="camden"),
    Someone(Role.COMMISSIONER, "commissioner-epsom", "Edwin Tarrant", area="epsom-and-surrey-downs"),
    Someone(Role.INFORMATION_GOVERNANCE, "information-governance", "Yusra Karim"),
)

BODIES = {
    "Tannery Row Surgery": "An invented general practice.",
    "Wharfside Link Workers": "An invented team of social prescribing link workers.",
    "Lockside Link Workers": "An invented team of social prescribing link workers.",
    "Downs Gate Link Workers": "An invented team of social prescribing link workers.",
    "Copperbrook Care Partnership": "An invented partnership that leads the neighbourhood's health and care.",
    "Lockhouse Care Partnership": "An invented partnership that leads neighbourhood teams.",
    "Downside Care Alliance": "An invented alliance that leads neighbourhood boards and teams.",
}
"""Organisations of the demo that offer no listing of their own."""


def ensure(instance: Path) -> bool:
    """Make the accounts that are missing, and the file that tells how to sign in. True where anything was made.

    The caller commits.
    """
    told = _told(instance / FILE)
    is_new = False
    for someone in PEOPLE:
        is_new |= _ensure(someone, told[someone.email])
    return is_new


def _told(path: Path) -> dict[str, dict[str, Any]]:
    """What the file says, by address; people whom it lacks are added with secrets of their own."""
    known = {one["email"]: one for one in json.loads(path.read_text(encoding="utf-8"))} if path.exists() else {}
    told = {one.email: known.get(one.email) or _secrets_of(one) for one in PEOPLE}
    if list(told.values()) != list(known.values()):
        _write(path, list(told.values()))
    return told


def _secrets_of(someone: Someone) -> dict[str, Any]:
    words = [*(secrets.choice(WORDS) for _number in range(4)), str(secrets.randbelow(9000) + 1000)]
    return {
        "role": someone.role.value,
        "email": someone.email,
        "password": "-".join(words),
        "totp_secret": pyotp.random_base32(),
        "organisation": someone.organisation,
        "area": someone.area,
        "name": someone.name,
    }


def _write(path: Path, told: list[dict[str, Any]]) -> None:
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, indent=2, ensure_ascii=False)
    beside.replace(path)


def _ensure(someone: Someone, told: dict[str, Any]) -> bool:
    if user_by_email(someone.email) is not None:
        return False
    since = clock.now() - timedelta(days=someone.days)
    user = User(
        id=demo_id("account", someone.mailbox),
        name=someone.name,
        password_hash=hashed(told["password"]),
        totp_secret=told["totp_secret"],
        created_at=since,
        email_confirmed_at=since,
    )
    user.set_email(someone.email)
    user.memberships.append(
        Membership(
            role=someone.role.value,
            organization_id=_organisation(someone),
            area=someone.area,
            created_at=since,
            trusted_at=since + timedelta(days=60) if someone.is_trusted else None,
        )
    )
    db.session.add(user)
    audit.record("account.made", user, by="operator", details={"demo": True, "role": someone.role.value})
    return True


def _organisation(someone: Someone) -> UUID | None:
    if someone.organisation is None:
        return None
    if (about := BODIES.get(someone.organisation)) is None:
        return demo_id("organization", someone.home, someone.organisation)
    body_id = demo_id("organization", "body", someone.organisation)
    if db.session.get(Organization, body_id) is None:
        db.session.add(Organization(id=body_id, name=someone.organisation, description=about))
        db.session.flush()
    return body_id
