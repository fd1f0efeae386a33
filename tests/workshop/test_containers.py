"""The description for container platforms is valid and names things that exist."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def compose() -> Any:
    return YAML(typ="safe").load(COMPOSE)


def test_the_compose_file_fits_the_compose_specification() -> None:
    checker = ROOT / ".venv" / "bin" / "check-jsonschema"
    command = [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_web_waits_for_a_healthy_database(compose: Any) -> None:
    assert compose["services"]["web"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "pg_isready" in compose["services"]["database"]["healthcheck"]["test"][1]


def test_the_web_is_given_settings_that_exist(compose: Any) -> None:
    source = (ROOT / "ocopmap" / "settings.py").read_text() + (ROOT / "ocopmap" / "environment.py").read_text()
    for name in compose["services"]["web"]["environment"]:
        assert f'"{name}"' in source


def test_the_database_is_not_open_to_the_network(compose: Any) -> None:
    assert "ports" not in compose["services"]["database"]
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["web"]["ports"])


def test_the_image_starts_what_the_readme_starts() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines[-1] == 'CMD ["bin/serve"]'
    assert "USER ocopmap" in lines
    for command in re.findall(r"bin/\w+", "\n".join(lines)):
        assert (ROOT / command).exists()
