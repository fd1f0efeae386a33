"""Commands that load divisions and their boundaries."""
