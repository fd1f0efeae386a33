"""Read the environment. What is wrong is remembered in ``PROBLEMS`` and told by the system checks, not raised."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
KNOWN = {"OCOPMAP_HOST", "OCOPMAP_PORT"}
"""Names that something reads; those of ``bin/serve`` are here, the others come in as they are read."""
PROBLEMS: list[str] = []
"""One line for each variable whose value can't be used."""


def variable(name: str, default: str = "") -> str:
    """Return a variable as text."""
    KNOWN.add(name)
    return os.environ.get(name, default).strip()


def words(name: str, default: str) -> list[str]:
    """Return the parts of a comma-separated variable."""
    return [part.strip() for part in variable(name, default).split(",") if part.strip()]


def flag(name: str, default: bool) -> bool:
    """Return a yes/no variable."""
    text = variable(name).lower() if name in os.environ else ("1" if default else "0")
    KNOWN.add(name)
    if text not in YES | NO:
        PROBLEMS.append(f"{name} is {text!r}; write yes or no")
    return text in YES


def choices(name: str, known: set[str]) -> list[str]:
    """Return the parts of a comma-separated variable, each one of ``known``."""
    found = words(name, "")
    if wrong := sorted(set(found) - known):
        PROBLEMS.append(f"{name} has {', '.join(wrong)}; it knows {', '.join(sorted(known))}")
    return [word for word in found if word in known]


def number(name: str, default: int) -> int:
    """Return a whole number above zero."""
    text = variable(name)
    if text and not (text.isascii() and text.isdigit() and int(text) > 0):
        PROBLEMS.append(f"{name} is {text!r}; write a whole number above 0")
        return default
    return int(text) if text else default


def public_url(name: str) -> str:
    """Return an address of the form ``https://host[:port]``, or nothing."""
    text = variable(name).rstrip("/")
    if text:
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            PROBLEMS.append(f"{name} is {text!r}; write it like https://map.example.vn")
            return ""
    return text


def engine_url(name: str) -> str:
    """Return the address of a service that this one asks, with a path if need be, or nothing."""
    text = variable(name).rstrip("/")
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        PROBLEMS.append(f"{name} is {text!r}; write it like http://127.0.0.1:8002")
        return ""
    return text


def private(path: Path) -> str:
    """Return what ``bin/serve`` wrote into a file of the data folder; empty when it never ran."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def database(default: str) -> dict[str, Any]:
    """Return Django's description of the database in ``DATABASE_URL``, or of the private one."""
    text = os.environ.get("DATABASE_URL", "").strip()
    if text and urlsplit(text).scheme not in {"postgis", "postgres", "postgresql"}:
        PROBLEMS.append("DATABASE_URL must begin with postgis:// (a PostgreSQL with PostGIS)")
        text = ""
    engine = "ocopmap.postgis"
    try:
        parsed = dj_database_url.parse(text or default, engine=engine, conn_max_age=3600, conn_health_checks=True)
    except ValueError as error:
        PROBLEMS.append(f"DATABASE_URL can't be read: {error}")
        parsed = dj_database_url.parse(default, engine=engine)
    return dict(parsed)
