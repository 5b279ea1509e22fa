"""What every feature stands on: access, clock, database, errors, fields, jobs, languages, logs, pages, transactions."""
