"""Pages for administrators and for information governance: users, organisations, brand, areas, words, failed messages, audit."""
