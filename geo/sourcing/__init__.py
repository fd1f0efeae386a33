"""Sourcing: what suppliers can deliver and when, which of them cover a demand, and how lorries collect it."""
