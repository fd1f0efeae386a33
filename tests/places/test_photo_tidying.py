"""Photos of forms that were never saved go after a week; those that anybody shows, showed or proposed stay."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from geo.places import photos
from geo.places.models import Place
from geo.places.photo_tidying import UNSAVED_FOR, forget_unused_photos
from geo.places.services import save_place
from geo.spatial import calendar
from geo.stewardship.editing import save_or_propose
from geo.stewardship.models import Proposal
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def sent() -> str:
    """A photo that came with a form."""
    made = BytesIO()
    Image.new("RGB", (40, 30), "seagreen").save(made, "JPEG")
    made.seek(0)
    return photos.take_in(made)


def is_there(name: str) -> bool:
    return photos.path_of(name) is not None


def test_what_nobody_saved_goes_and_everything_else_stays() -> None:
    place = make.place()
    place.refresh_from_db()
    forgotten, replaced, shown, proposed = (sent() for _ in range(4))
    for name in (replaced, shown):
        saved = save_place(None, "ảnh", {"photo": name, "photo_credit": "Lan"}, place=Place.objects.get(pk=place.pk))
        assert saved.changed
    lan = make.officer("communal", make.commune())
    now = Place.objects.get(pk=place.pk)
    made = save_or_propose(lan, "ảnh", now, {"photo": proposed, "photo_credit": "Lan"}, version=now.version)
    assert isinstance(made, Proposal)
    every = {name: is_there(name) for name in (forgotten, replaced, shown, proposed)}
    assert set(every.values()) == {True}
    now_is = calendar.now()
    with calendar.at(now_is + UNSAVED_FOR - timedelta(hours=1)):
        assert forget_unused_photos() == 0
    with calendar.at(now_is + UNSAVED_FOR + timedelta(hours=1)):
        assert forget_unused_photos() >= 1
        assert {name: is_there(name) for name in every} == every | {forgotten: False}
        assert forget_unused_photos() == 0
