"""Wiring of the service: settings, addresses, server entry points."""
