"""Pages for a situation in life in a place: needs, filters and pinned services, kept true by the search itself."""
