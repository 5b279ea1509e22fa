"""Moving an instance to another database: the same facts, counted, and resumable wherever it was stopped."""
