"""Merging records that mean the same thing: likely pairs, a choice per field, everything moved, and taken back."""
