"""Twenty editors at once: on one record nobody's change is lost, on different ones nobody stops anybody."""

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from geo.access.models import RecordVersion, User
from geo.places.models import Place
from geo.places.services import save_place
from geo.spatial.problems import Conflict
from tests import factories as make
from tests.api.writer import Writer, address_of

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS = 20
MOST_TRIES = 200


def together(works: list[Callable[[], Any]]) -> list[Any]:
    """Do all of the works at the same time, each on a connection of its own; return what they return."""
    begin = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        try:
            begin.wait(60)
            found[number] = works[number]()
        except BaseException as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not any(thread.is_alive() for thread in threads)
    errors = [one for one in found if isinstance(one, BaseException)]
    assert errors == []
    return found


def edited(before: str, number: int) -> str:
    """Everybody adds a mark of their own to what the others wrote."""
    return f"{before} +{number:02d}"


def assert_nothing_was_lost(place: Place, editors: list[User]) -> None:
    place.refresh_from_db()
    marks = [word for word in place.name.split() if word.startswith("+")]
    assert sorted(marks) == [f"+{number:02d}" for number in range(len(editors))]
    trail = RecordVersion.objects.filter(table="places_place", record=str(place.pk), operation="U").order_by("id")
    assert sorted(entry.actor or 0 for entry in trail) == sorted(one.pk for one in editors)
    chain = [(entry.before["name"], entry.after["name"]) for entry in trail]
    assert [after for _before, after in chain[:-1]] == [before for before, _after in chain[1:]]
    assert chain[-1][1] == place.name
    assert place.version == 1 + len(editors)


def officers() -> list[User]:
    return [make.officer("provincial", make.commune().parent) for _number in range(EDITORS)]


def test_twenty_editors_of_one_record_lose_nothing_through_the_api() -> None:
    place, people = make.place("Quầy"), officers()
    address = address_of(place)
    writers = [Writer(one) for one in people]

    def edit(number: int) -> int:
        writer = writers[number]
        for tried in range(1, MOST_TRIES):
            read = writer.get(address)
            name = edited(read.json()["properties"]["name"], number)
            answer = writer.patch(address, {"name": name}, match=read["ETag"])
            if answer.status_code == 200:
                return tried
            assert answer.status_code == 412, answer.content
        raise AssertionError("never got through")

    tries = together([lambda number=number: edit(number) for number in range(EDITORS)])
    assert max(tries) > 1, "nobody was ever late: this proves nothing"
    assert_nothing_was_lost(place, people)


def test_twenty_editors_of_one_record_lose_nothing_through_the_services() -> None:
    place, people = make.place("Quầy"), officers()

    def edit(number: int) -> int:
        for tried in range(1, MOST_TRIES):
            seen = Place.objects.get(pk=place.pk)
            try:
                save_place(people[number], "sửa", {"name": edited(seen.name, number)}, place=seen, version=seen.version)
                return tried
            except Conflict:
                continue
        raise AssertionError("never got through")

    together([lambda number=number: edit(number) for number in range(EDITORS)])
    assert_nothing_was_lost(place, people)


def test_whatever_the_state_lets_everybody_through_and_the_history_keeps_all() -> None:
    place, people = make.place("Quầy"), officers()
    address = address_of(place)
    writers = [Writer(one) for one in people]
    answers = together(
        [
            lambda number=number: writers[number].patch(address, {"phone": f"{number}"}, match="*")
            for number in range(EDITORS)
        ]
    )
    assert {answer.status_code for answer in answers} == {200}
    trail = RecordVersion.objects.filter(table="places_place", record=str(place.pk), operation="U")
    assert sorted(entry.after["phone"] for entry in trail) == sorted(str(number) for number in range(EDITORS))


def test_twenty_editors_of_different_records_never_stop_each_other() -> None:
    people = officers()
    producer = make.producer(commune=make.commune(), province=make.commune().parent)
    products = [make.product(f"Mắm {number}", producer=producer) for number in range(4)]
    places = [make.place(f"Quầy {number}", producer=producer) for number in range(12)]
    for number, place in enumerate(places):
        make.sells(place, products[number % 4])
    addresses = [address_of(one) for one in places]
    addresses += [address_of(one, "products") for one in products] + [address_of(producer, "producers")]
    writers = [Writer(one) for one in people]

    def edit(number: int) -> set[int]:
        chance, answers = random.Random(number), set()
        for address in chance.sample(addresses, 6):
            answers.add(writers[number].patch(address, {"name": f"Tên {chance.random():.6f}"}, match="*").status_code)
        answers.add(writers[number].post().status_code)
        return answers

    assert set().union(*together([lambda number=number: edit(number) for number in range(EDITORS)])) == {200, 201}
    assert Place.objects.count() == len(places) + EDITORS


def test_the_same_new_record_sent_twenty_times_at_once_is_made_once() -> None:
    writer = Writer()
    make.commune()
    new = {"name": "Quầy mới", "kind": "point_of_sale", "commune_code": "31078", "external_id": "AG-1"}
    answers = together([lambda: Writer(writer.user, writer.token).post(new) for _number in range(EDITORS)])
    assert sorted(answer.status_code for answer in answers) == [200] * (EDITORS - 1) + [201]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Place.objects.count() == 1
