"""Brings other people's listings in: reads files, says what is certain, keeps the original, changes only what changed."""
