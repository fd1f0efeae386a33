"""Doubts about positions: places without one, and points that lie outside of their commune."""
