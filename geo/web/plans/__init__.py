"""Pickup plans on screen and on paper: the form, the page, the files."""
