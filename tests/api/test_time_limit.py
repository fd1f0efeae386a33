"""A statement that takes too long is given up, and the answer says what to ask instead."""

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)


def test_too_long_a_statement_is_a_clear_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from geo.api.views import items

    def slow(*_args: object, **_kwargs: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 20")
            try:
                cursor.execute("SELECT pg_sleep(5)")
            finally:
                cursor.execute("SET statement_timeout = 0")

    monkeypatch.setattr(items.Items, "answer", slow)
    answer = client.get("/api/collections/places/items?lang=en", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert "smaller area" in answer.json()["detail"]
