"""A set of places that took long to make is kept as long as it can be brought up to date."""

import json
from typing import Any

from workshop.sites import grown


def _made_from(rest: str, **migrations: str) -> str:
    made: dict[str, Any] = {"rest": rest, "migrations": migrations}
    return json.dumps(made)


def test_new_migrations_bring_it_up_to_date() -> None:
    assert grown(_made_from("a", one="1"), _made_from("a", one="1", two="2"))


def test_a_changed_or_lost_migration_or_another_recipe_makes_it_anew() -> None:
    before = _made_from("a", one="1", two="2")
    assert not grown(before, _made_from("a", one="1", two="changed"))
    assert not grown(before, _made_from("a", one="1"))
    assert not grown(before, _made_from("b", one="1", two="2"))


def test_one_of_which_nothing_is_known_is_made_anew() -> None:
    assert not grown("", _made_from("a", one="1"))
    assert not grown("0123abcd", _made_from("a", one="1"))
