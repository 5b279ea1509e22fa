"""Public registers of charities, companies and other bodies."""
