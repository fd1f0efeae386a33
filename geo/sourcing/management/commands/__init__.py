"""Commands of sourcing."""
