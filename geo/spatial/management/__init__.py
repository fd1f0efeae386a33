"""Management commands of the places."""
