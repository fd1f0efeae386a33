"""Merges asked for by proposals: of every kind, on both lists, approved, refused, overtaken; pairs of every kind."""

import re
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from geo.access.models import Assignment, User
from geo.places.models import Place
from geo.spatial.problems import Conflict
from geo.stewardship.merging.asking import ask_to_merge
from geo.stewardship.merging.services import merge
from geo.stewardship.models import Lookalike, Merge, Proposal
from tests import factories as make
from tests.stewardship.test_merging_desk import HERE, committed, pairs, signed_in, twins

pytestmark = pytest.mark.django_db


def kinds() -> dict[str, tuple[Any, Any]]:
    """Two records of each kind that may be one."""
    where = make.commune()
    makers = [make.producer(name, commune=where, province=where.parent) for name in ("HTX Hòn Sơn", "Htx Hon Son")]
    goods = [make.product(name, producer=makers[0]) for name in ("Mắm cá cơm Hòn Sơn", "Mắm cá cơm Hòn Sơn")]
    for one in (*makers, *goods):
        one.refresh_from_db()
    return {"place": twins(), "producer": (makers[0], makers[1]), "product": (goods[0], goods[1])}


def asked(client: Client, kept: Any, dropped: Any, **chosen: str) -> Proposal:
    """Let somebody who may not publish ask for a merge."""
    signed_in(client, "communal", first_name="Lan")
    sent = {"kept_version": kept.version, "dropped_version": dropped.version, "reason": "cùng một"}
    client.post(f"/vi/desk/merge/{kept.public_id}/{dropped.public_id}", sent | chosen)
    return Proposal.objects.latest("pk")


@pytest.mark.parametrize("kind", ["place", "producer", "product"])
def test_a_merge_that_was_asked_for_is_approved_on_the_list_of_proposals(client: Client, kind: str) -> None:
    kept, dropped = kinds()[kind]
    proposal = asked(client, kept, dropped, **{"take-name": "dropped"})
    officer = signed_in(client)
    listed = client.get("/vi/desk/proposals").content.decode()
    assert f"/vi/desk/proposals/{proposal.pk}" in listed
    assert f"Gộp {dropped.public_id} vào đây" in listed
    assert dropped.name in client.get(f"/vi/desk/proposals/{proposal.pk}").content.decode()
    client.post(f"/vi/desk/proposals/{proposal.pk}", {"decision": "approve", "answer": "đúng"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.answer) == ("accepted", officer, "đúng")
    assert (proposal.subject_id, proposal.merged_id) == (kept.public_id, dropped.public_id)
    kept.refresh_from_db()
    assert kept.name == dropped.name
    assert not type(dropped).objects.filter(pk=dropped.pk).exists()
    assert Merge.objects.get().merged_by == officer
    client.force_login(proposal.proposed_by)
    assert re.search(r"<b>[^<]*</b>: đúng", client.get("/vi/desk/proposals/mine").content.decode())
    assert client.get(f"/vi/desk/proposals/{proposal.pk}").status_code == 200


def test_a_merge_that_was_asked_for_is_refused_with_an_answer(client: Client) -> None:
    kept, dropped = twins()
    proposal = asked(client, kept, dropped)
    signed_in(client)
    address = f"/vi/desk/proposals/{proposal.pk}"
    assert client.post(address, {"decision": "refuse"}).status_code == 422
    client.post(address, {"decision": "refuse", "answer": "hai cửa hàng"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("refused", "hai cửa hàng")
    assert Place.objects.count() == 2


def test_what_happens_to_the_pair_answers_the_proposal(client: Client) -> None:
    kept, dropped = twins()
    proposal = asked(client, kept, dropped)
    signed_in(client)
    client.post(f"/vi/desk/merge/{kept.public_id}/{dropped.public_id}/different")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("refused", "Đó là hai hồ sơ khác nhau.")
    again = asked(client, kept, dropped)
    other = make.place("CH OCOP Dương Đông 3", location=HERE)
    other.refresh_from_db()
    officer = signed_in(client)
    merge(officer, "trùng", other, dropped, {})
    again.refresh_from_db()
    assert (again.state, again.merged_id) == ("waiting", other.public_id)
    merge(officer, "trùng", kept, other, {})
    again.refresh_from_db()
    assert (again.state, again.decided_by) == ("accepted", officer)


def test_nobody_asks_twice_for_the_same_merge(client: Client) -> None:
    kept, dropped = twins()
    asked(client, kept, dropped)
    with pytest.raises(Conflict):
        ask_to_merge(make.officer("communal", make.commune()), "nữa", dropped, kept, {})


def test_a_merge_across_provinces_needs_both(client: Client) -> None:
    here = make.place("Cửa hàng OCOP Dương Đông", location=HERE)
    hanoi = make.province("Hà Nội", "01", "thành phố")
    hoan_kiem = make.commune("Hoàn Kiếm", "00070", "phường", parent=hanoi)
    there = make.place(
        "Cửa hàng OCOP Dương Đông", province=hanoi, commune=hoan_kiem, location=Point(105.85, 21.03, srid=4326)
    )
    for one in (here, there):
        one.refresh_from_db()
    both = make.officer("communal", here.commune)
    Assignment.objects.create(user=both, role="communal", division=hoan_kiem)
    proposal = ask_to_merge(both, "một nơi", here, there, {})
    first: User = signed_in(client)
    client.post(f"/vi/desk/proposals/{proposal.pk}", {"decision": "approve"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.province_id) == ("waiting", hanoi.pk)
    second = make.officer("provincial", hanoi)
    client.force_login(second)
    client.post(f"/vi/desk/proposals/{proposal.pk}", {"decision": "approve"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("accepted", second)
    assert first.pk in proposal.agreed


def test_pairs_of_products_and_producers_are_on_the_desk(client: Client) -> None:
    every = kinds()
    committed()
    signed_in(client)
    assert {frozenset(found.split("/")) for found in pairs(client)} == {
        frozenset([one.public_id, other.public_id]) for one, other in every.values()
    }
    assert {one.kind for one in Lookalike.objects.all()} == {"place", "producer", "product"}
