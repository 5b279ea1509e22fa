"""Outcome measures: questionnaires as data, how each is scored, what people answered, and what an operator has to do first."""
