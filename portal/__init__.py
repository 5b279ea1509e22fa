"""A neighbourhood directory of mental health and wellbeing support."""
