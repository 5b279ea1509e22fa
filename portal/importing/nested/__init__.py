"""Reads full services of Open Referral, with all that hangs on them, into facts."""
