"""Points, postcodes, place names and neighbourhoods of the United Kingdom, answered without a network."""
