"""Tests of imports; a package, so that its loaded register ends with it."""
