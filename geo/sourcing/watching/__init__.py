"""Watched searches: mail when a certificate runs out, a capacity changes, a supplier drops out, a new one fits."""
