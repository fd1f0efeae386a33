"""A row that names a merged record by its id in the source is the record it became; a new name is taken back."""

import pytest

from geo.places.models import Place
from geo.stewardship.imports.reverting import revert_import
from geo.stewardship.merging.services import merge
from tests import factories as make
from tests.stewardship.imports.test_importing import applied, counts, one, phu_quoc

pytestmark = pytest.mark.usefixtures("register")


def test_the_id_in_the_source_leads_to_the_record_it_became() -> None:
    applied(one(**{"Mã trong nguồn": "00190"}))
    place = Place.objects.get()
    kept = make.place("Tên khác hẳn", commune=phu_quoc(), external_id="khac/1", source_kind="survey")
    kept.refresh_from_db()
    merge(None, "trùng", kept, place, {})
    batch = applied(one(**{"Mã trong nguồn": "00190"}))
    assert counts(batch).get("new") is None
    kept.refresh_from_db()
    assert (Place.objects.get().pk, kept.external_id) == (kept.pk, "khac/1")


def test_an_import_that_renamed_a_place_is_taken_back() -> None:
    applied(one(**{"Mã trong nguồn": "00190"}))
    place = Place.objects.get()
    batch = applied(one(**{"Mã trong nguồn": "00190", "Tên địa điểm": "Tên mới hẳn"}))
    assert Place.objects.get().name == "Tên mới hẳn"
    revert_import(None, "nhầm", batch)
    assert Place.objects.get().name == place.name
