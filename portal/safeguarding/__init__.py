"""Worries about safety: raising one, and the queue of the safeguarding lead."""
