"""Link workers: the caseload, the record of a person, and the path from there to a group."""
