"""What somebody may do. Roles are given these in `portal.accounts.roles`; views and questions ask for them."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a role may do: within its organisation or area where the role is held for one, else everywhere."""

    LISTING_EDIT = "listing.edit"
    """Speak for its organisation: all about its listings, new ones and the spreadsheet too."""
    LISTING_CHANGE = "listing.change"
    """Change facts of a listing: of its organisation, or of one that it looks after as a moderator."""
    PEOPLE_MANAGE = "people.manage"
    """Invite and remove people of its organisation, and see who they are."""
    DIRECTORY_STAFF = "directory.staff"
    """See listings that are out of the public results, marked."""
    TRUST_EDITORS = "editors.trust"
    """Say which editors' plain changes go live at once."""
    MODERATE = "moderate"
    """Decide what waits for a moderator."""
    USERS_MANAGE = "users.manage"
    """Manage everybody's accounts and roles."""
    SITE_MANAGE = "site.manage"
    """Manage organisations, brand, areas, texts of messages, and failed messages."""
    AUDIT_READ = "audit.read"
    """Read the audit chain."""
