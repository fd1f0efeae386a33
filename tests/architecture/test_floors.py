"""Imports and foreign keys go down the floors only; import-linter holds the imports, this the tables."""

import pytest
from django.apps import apps
from django.db.models import Field

from tests.architecture.sources import ROOT, floors


def _room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "geo" and len(parts) > 1 else None


def _relations() -> list[tuple[str, str, str]]:
    """(field, its room, the room it points to) for every relation between two rooms, automatic tables included."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        here = _room(model.__module__)
        for field in model._meta.get_fields():
            if here is None or not isinstance(field, Field) or field.remote_field is None:
                continue
            there = _room(field.related_model.__module__) if isinstance(field.related_model, type) else None
            if there is not None:
                found.append((f"{model._meta.label}.{field.name}", here, there))
    return found


def test_foreign_keys_go_down() -> None:
    upward = [f"{name}: {here} → {there}" for name, here, there in _relations() if floors()[here] < floors()[there]]
    assert upward == []


def test_there_are_relations_to_look_at() -> None:
    assert len(_relations()) > 5


@pytest.mark.parametrize("room", sorted(path.parent.name for path in (ROOT / "geo").glob("*/__init__.py")))
def test_every_room_has_a_floor_and_a_short_label(room: str) -> None:
    assert room in floors()
    assert apps.get_app_config(room).name == f"geo.{room}"
