"""What the browser gets: hashed names, imports that follow them, compressed copies."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

IMPORT = re.compile(r"""^(?:import|export)\b[^;'"]*?["'](\.{1,2}/[^"']+)["'];""", re.MULTILINE)
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's own modules and styles, collected as bin/serve does."""
    folder = tmp_path_factory.mktemp("static")
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "ocopmap.static_files.HashedStorage"}}
    finders = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(STATIC_ROOT=folder, STORAGES=storages, STATICFILES_FINDERS=finders):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def _modules(collected: Path) -> list[Path]:
    return sorted((collected / "app").rglob("*.js"))


def test_every_module_has_a_hashed_name_and_no_other(collected: Path) -> None:
    assert _modules(collected)
    assert [path.name for path in _modules(collected) if not HASHED.search(path.name)] == []


def test_imports_lead_to_hashed_files(collected: Path) -> None:
    broken = [
        f"{path.name}: {target}"
        for path in _modules(collected)
        for target in IMPORT.findall(path.read_text())
        if not HASHED.search(target) or not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_import_ends_in_a_semicolon() -> None:
    """Only then does Django put the hashed name in."""
    sources = Path(settings.BASE_DIR / "frontend" / "src").rglob("*.js")
    loose = re.compile(r"""^(?:import|export)\b[^;'"]*?from\s*["'][^"']+["']\s*$""", re.MULTILINE)
    assert [path.name for path in sources if loose.search(path.read_text())] == []


def test_text_has_compressed_copies(collected: Path) -> None:
    big = [path for path in _modules(collected) if path.stat().st_size > 2000]
    assert big
    for path in big:
        assert path.with_name(f"{path.name}.br").exists()
        assert path.with_name(f"{path.name}.gz").exists()


def test_the_manifest_names_files_that_exist(collected: Path) -> None:
    manifest = json.loads((collected / "staticfiles.json").read_text())
    assert [name for name in manifest["paths"].values() if not (collected / name).exists()] == []
