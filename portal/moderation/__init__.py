"""What moderators decide: new listings, changes, reports, duplicates, overdue checks."""
