"""The admin: for the national office, behind the one door."""

import re

import pytest
from django.test import Client

from geo.access import invitations
from geo.access.models import User
from tests import factories as make
from tests.access.door import is_in

pytestmark = pytest.mark.django_db


def test_the_admin_has_no_door_of_its_own(client: Client) -> None:
    make.administrator(username="root")
    assert client.post("/admin/login/", {"username": "root", "password": "secret"}).status_code == 302
    assert not is_in(client)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/vi/sign-in?next=%2Fadmin%2F"


def test_the_admin_is_for_the_national_office(client: Client) -> None:
    for user, status in (
        (make.officer("national"), 200),
        (make.officer("provincial", make.province()), 302),
        (make.person(is_staff=True), 302),
    ):
        client.force_login(user)
        assert client.get("/admin/access/assignment/").status_code == status


def test_national_officers_give_roles_but_do_not_make_superusers(client: Client) -> None:
    root, user, commune = make.administrator(), make.person(), make.commune()
    client.force_login(make.officer("national"))
    form = {
        "reason": "nhận việc",
        "user": user.pk,
        "role": "communal",
        "division": commune.pk,
        "starts_on": "2026-01-01",
    }
    assert client.post("/admin/access/assignment/add/", form).status_code == 302
    assert [a.division for a in user.assignments.all()] == [commune]
    page = client.get(f"/admin/access/user/{user.pk}/change/").content.decode()
    assert "is_superuser" not in page
    client.post(
        f"/admin/access/user/{user.pk}/change/", {"username": user.username, "is_active": "on", "is_superuser": "on"}
    )
    user.refresh_from_db()
    assert not user.is_superuser
    assert client.post(f"/admin/access/user/{root.pk}/change/", {"username": "x"}).status_code == 403
    assert client.get(f"/admin/access/user/{user.pk}/password/").status_code in (403, 404)


def test_a_wrong_assignment_is_explained_in_the_admin(client: Client) -> None:
    client.force_login(make.officer("national"))
    form = {"reason": "nhận việc", "user": make.person().pk, "role": "communal", "starts_on": "2026-01-01"}
    answer = client.post("/admin/access/assignment/add/", form)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_people_are_added_without_a_password_and_invited_by_a_link(client: Client) -> None:
    client.force_login(make.officer("national"))
    form = {"username": "moi", "email": "moi@example.vn", "first_name": "Mới", "last_name": "Lê"}
    assert client.post("/admin/access/user/add/", form).status_code == 302
    user = User.objects.get(username="moi")
    assert not user.has_usable_password()
    answer = client.post("/admin/access/user/", {"action": "invite", "_selected_action": [user.pk]}, follow=True)
    link = re.search(r"/vi/invitation/([\w-]+)", answer.content.decode())
    assert link
    assert invitations.invited(link[1]).user == user
