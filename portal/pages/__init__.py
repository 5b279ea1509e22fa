"""Pages of the site that belong to no single feature: home, urgent help, the shortlist, fixed texts."""
