"""Management of sourcing."""
