"""People, what they may do and where, and the history of every record."""
