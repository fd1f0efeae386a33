"""Statements of resolving names: planned once or each time, they give the same."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from geo.divisions import statements
from geo.divisions.models import Lineage
from tests import factories as make

DAY = date(2026, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_planned_once_they_give_what_they_gave() -> None:
    now = make.commune("Châu Đốc", "30316", "phường")
    old = make.commune("Vĩnh Mỹ", "30322", "phường", valid_from=date(2004, 1, 1), valid_until=date(2025, 7, 1))
    Lineage.objects.create(predecessor=old, successor=now, share="whole", is_default=True)
    units: dict[str, Any] = {"units": [old.pk, now.pk], "day": DAY}
    asked: dict[str, dict[str, Any]] = {
        "named_units": {"keys": [now.key, old.key, ""]},
        "similar_keys": {"words": "phuong chau doc"},
        "retitled": units,
        "successors": units,
        "sole_communes": {"units": [old.parent_id], "day": DAY},
    }
    for name, values in asked.items():
        once = [[_plain(value) for value in row] for row in statements.often(name, **values)]
        anew = [[_plain(value) for value in row] for row in statements.rows(name, values)]
        assert once == anew, name
        assert once or name == "sole_communes"
    assert statements.often("named_units", keys=[]) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'named_units%'")
        assert cursor.fetchone() == (1,)


def _plain(value: Any) -> Any:
    return pytest.approx(value) if isinstance(value, float) else statements.day_of(value) if _is_day(value) else value


def _is_day(value: Any) -> bool:
    return isinstance(value, date) or (isinstance(value, str) and value[:2] == "20" and value.count("-") == 2)
