"""Roads of the test extract, built once per run by the real builder."""

from pathlib import Path

import pytest

from geo.spatial.roads import choice, embedded
from geo.spatial.roads.building import build
from tests.spatial.roads.streets import EXTRACT


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("roads")
    assert build(EXTRACT, root, lambda said: None)
    return root


@pytest.fixture
def streets(built: Path) -> object:
    config = embedded.current(built)
    assert config is not None
    return embedded.embedded(config, 60)


@pytest.fixture(autouse=True)
def fresh_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_failed", {})
