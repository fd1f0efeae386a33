"""Tests of the room geo.divisions; a package, so that its loaded register ends with it."""
