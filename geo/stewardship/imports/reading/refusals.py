"""Why a file can't be read, as codes; ``geo.stewardship.imports.reasons`` has the words."""

from typing import Any


class FileRefused(Exception):
    """The file as a whole can't be used. ``code`` says why, ``facts`` are the numbers and names to say it with."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
