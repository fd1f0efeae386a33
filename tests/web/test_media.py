"""Photos are served while they may be shown, to everybody or to officers, and nothing beside the folder is."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from geo.access.models import User
from geo.places.models import Place
from geo.places.photos import attach_photo, remove_photo
from tests import factories as make

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def picture() -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "JPEG")
    made.seek(0)
    return made


def test_a_photo_is_served_and_nothing_outside_the_folder(client: Client) -> None:
    name = default_storage.save("places/TEST-0000.webp", ContentFile(b"RIFF"))
    make.place(photo=name, photo_credit="A")
    answer = client.get(f"/media/{name}")
    assert answer.status_code == 200
    assert b"".join(answer) == b"RIFF"
    assert client.get(f"/media/{name}", headers={"If-Modified-Since": answer["Last-Modified"]}).status_code == 304
    for path in ("", "places/", "../secret_key", "..%2fsecret_key", "places/no.webp", "kept/places/no.webp"):
        for person in (client, signed_in(make.user())):
            assert person.get(f"/media/{path}").status_code in {400, 404}, path


def test_a_withheld_photo_is_shown_to_officers_alone(client: Client) -> None:
    home = make.place(kind="production_site", producer=make.producer("Hộ A", kind="household"))
    home = attach_photo(None, "ảnh", home, picture(), "A")
    address = home.photo.url
    assert client.get(address).status_code == 404
    assert signed_in(make.person()).get(address).status_code == 404
    shown = signed_in(make.officer("communal", make.commune())).get(address)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(shown)[:4] == b"RIFF"
    Place.objects.filter(pk=home.pk).update(contact_consent_on=date(2026, 11, 1))
    assert client.get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_replaced_or_removed_photo_is_no_longer_public_but_not_lost(client: Client) -> None:
    place = attach_photo(None, "ảnh", make.place(), picture(), "A")
    first = place.photo.url
    assert client.get(first).status_code == 200
    place = attach_photo(None, "ảnh mới", place, picture(), "B")
    assert client.get(first).status_code == 404
    second = place.photo.url
    place = remove_photo(None, "bỏ ảnh", place)
    assert client.get(second).status_code == 404
    assert signed_in(make.user()).get(second).status_code == 200
