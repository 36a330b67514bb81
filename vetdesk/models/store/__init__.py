"""The workspace on disk: SQLite, journal, evidence. The only place that speaks SQL."""
