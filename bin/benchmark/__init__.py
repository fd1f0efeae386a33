"""Measurements of the whole: what a visitor on a cheap phone waits for, and what the server needs."""
