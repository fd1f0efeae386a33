"""A large invented set of places for trials of speed and size: reproducible by its seed, marked, and removable."""
