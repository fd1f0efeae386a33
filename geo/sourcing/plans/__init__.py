"""Pickup plans: asked for with places and lorries, computed, kept behind secret links, made anew when one drops out."""
