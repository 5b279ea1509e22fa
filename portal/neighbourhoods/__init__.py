"""Pages of neighbourhoods: what is here, and when, this week."""
