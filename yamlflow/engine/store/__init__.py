"""The store: one SQLite file for each user, with the runs, their nodes, events, artifacts and cached results."""
