"""Tests of the room geo.stewardship."""
