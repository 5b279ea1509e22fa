"""Changes to a listing: its facts, what was proposed, every version, and what was checked."""
