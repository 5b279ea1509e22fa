"""The search engine behind one small port: Whoosh's files and numpy columns, and an in-memory twin."""
