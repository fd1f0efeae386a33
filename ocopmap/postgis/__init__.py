"""Django's PostGIS backend, with a cheaper look at whether a kept connection still lives."""
