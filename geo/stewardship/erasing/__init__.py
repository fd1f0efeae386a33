"""Erasing what is known of a person, everywhere: the event stays, the value goes (Law 91/2025/QH15)."""
