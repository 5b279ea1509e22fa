"""The open feed: every public listing in Open Referral UK 3.0, at `/api/oruk/v3`."""
