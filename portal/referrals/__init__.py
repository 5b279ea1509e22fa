"""Referrals and their introductions: from a draft to how it ended. No pages stand here."""
