"""Pages of organisations: joining, their listings, editing, space."""
