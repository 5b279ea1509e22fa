"""Who does what for whom, under which lead, and what was agreed: programmes, partners, agreements, boards and decisions."""
