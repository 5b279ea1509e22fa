"""The weekly huddle of a neighbourhood team: cases, actions, who was there, minutes."""
