"""Checks a feed of Open Referral UK 3.0: by the national validator's two levels re-told, and by a third of our own."""
