"""Management of the divisions."""
