"""Checking a feed of Open Referral UK: the national levels, and ours."""
