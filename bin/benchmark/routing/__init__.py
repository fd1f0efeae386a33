"""How well and how fast stops are put in order."""
