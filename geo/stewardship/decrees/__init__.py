"""Decrees that change divisions: reading their table, moving records along, and what somebody has to decide."""
