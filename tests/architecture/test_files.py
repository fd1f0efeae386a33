"""Rules about files: size, names, and words that don't belong into the project."""

import re

import pytest

from tests.architecture.sources import named, relative, tracked

CODE = (".py", ".js", ".sql", ".css", ".html", ".sh")
LINES_AT_MOST = 400
# Written in pieces, so that this file doesn't contain what it forbids.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (("registry", "npm" + "js"), ("files", "python" + "hosted"), ("py" + "pi", "org/simple"))
]
PROMISES = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def test_no_file_is_long() -> None:
    long = {
        relative(path): count
        for path in named(*CODE)
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > LINES_AT_MOST
    }
    assert long == {}


def test_no_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common_utils"}
    assert [relative(path) for path in named(".py", ".js") if path.stem in drawers] == []


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_lock_names_a_registry(host: str) -> None:
    suspects = [path for path in tracked() if path.suffix in {".txt", ".json", ".toml", ".yml", ".in", ""}]
    assert [relative(path) for path in suspects if host in path.read_text(errors="ignore")] == []


def test_each_lock_of_npm_has_a_hash_for_every_package_and_no_address() -> None:
    locks = [path for path in tracked() if path.name == "package-lock.json"]
    assert locks
    for lock in locks:
        text = lock.read_text()
        assert '"resolved"' not in text
        assert text.count('"integrity"') == text.count('    "node_modules/')


def test_no_promises_in_the_code() -> None:
    promises = [
        relative(path) for path in named(*CODE, ".md", ".po", ".yml", ".toml") if PROMISES.search(path.read_text())
    ]
    assert promises == []


def test_python_modules_import_downwards_only_once_installed() -> None:
    """Nobody imports the package whose tables we read: it would bring in a GPL dependency."""
    pattern = re.compile(r"^\s*(from|import) vietnamadminunits", re.MULTILINE)
    assert [relative(path) for path in named(".py") if pattern.search(path.read_text())] == []
