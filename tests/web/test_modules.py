"""The browser's modules and libraries: found where npm put them, named in an import map, allowed by the policy."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from geo.web.modules import WORKER, first_graph, worker
from geo.web.npm_files import LIBRARIES, NpmFinder

IMPORT = re.compile(r"""^import .*? from "([^."][^"]*)";""", re.MULTILINE)


def test_every_library_that_a_module_names_is_served() -> None:
    sources = (Path(settings.BASE_DIR) / "frontend" / "src").rglob("*.js")
    named = {name for source in sources for name in IMPORT.findall(source.read_text(encoding="utf-8"))}
    assert named == set(LIBRARIES)
    for path in LIBRARIES.values():
        assert finders.find(path)


def test_a_library_is_one_file_that_imports_nothing() -> None:
    for path in LIBRARIES.values():
        found = finders.find(path)
        assert isinstance(found, str)
        assert not re.search(r"^import ", Path(found).read_text(encoding="utf-8"), re.MULTILINE)


def test_nothing_else_of_the_packages_is_served() -> None:
    assert finders.find("npm/pbf/compile.js") is None
    assert finders.find("npm/typescript/package.json") is None
    assert [name for name, _storage in NpmFinder().list(None)] == ["kdbush/index.js", "pbf/index.js"]


def test_what_is_not_installed_is_not_found(tmp_path: Path, settings: Any) -> None:
    settings.NODE_MODULES = tmp_path
    assert NpmFinder().find("npm/pbf/index.js") == []
    assert list(NpmFinder().list(None)) == []


@pytest.mark.django_db
def test_the_map_page_allows_its_import_map_and_no_other_inline_script(client: Client) -> None:
    modules = first_graph()
    assert modules is not None
    answer = client.get("/vi/")
    page = answer.content.decode()
    (written,) = re.findall(r'<script type="importmap">(.*?)</script>', page)
    assert json.loads(written) == json.loads(modules.import_map)
    digest = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in answer.headers["Content-Security-Policy"]
    for href in json.loads(written)["imports"].values():
        assert f'<link rel="modulepreload" href="{href}">' in page


@pytest.mark.django_db
def test_the_worker_is_told_of_but_not_loaded_with_the_page(client: Client) -> None:
    answer = client.get("/vi/")
    page = answer.content.decode()
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page, re.DOTALL)
    assert found
    assert json.loads(found.group(1))["worker"] == worker()
    assert finders.find(WORKER)
    head = page.partition("<body")[0]
    assert WORKER.rpartition("/")[2].removesuffix(".js") not in " ".join(re.findall(r'href="([^"]*)"', head))
    assert "worker-src 'self';" in answer.headers["Content-Security-Policy"]


def test_nothing_that_a_worker_imports_needs_the_import_map() -> None:
    folder = Path(settings.BASE_DIR) / "frontend" / "src" / "map"
    found = [(folder / "worker.js").resolve()]
    for path in found:
        source = path.read_text(encoding="utf-8")
        assert IMPORT.findall(source) == []
        for relative in re.findall(r"""^import .*? from "(\.[^"]*)";""", source, re.MULTILINE):
            wanted = (path.parent / relative).resolve()
            if wanted not in found:
                found.append(wanted)
    assert len(found) > 3


def test_without_a_front_end_there_is_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.web.modules.first_graph", lambda: None)
    assert worker() is None
