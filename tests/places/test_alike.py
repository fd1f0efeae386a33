"""Pages under boxes from a statement that is written once: the same as from the facts."""

import json

import pytest

from geo.api import paging
from geo.api.feature_pages import Part, read_page
from geo.places import feature_texts, marked, selectors
from geo.places.filters import PlaceFilter, place_filter
from geo.spatial.collections import find
from geo.spatial.versions import memory
from tests.places.test_marks import Town

pytestmark = pytest.mark.django_db


def test_a_page_s_statement_is_written_once_for_all_boxes_and_finds_what_lies_in_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = Town(5)
    feature_texts.fill_features()
    collection = find("places")
    assert collection is not None
    by_name = paging.page(collection, collection.parse({}), {}, "").sorts
    monkeypatch.setattr(memory, "capacity", 1000)
    written: list[object] = []
    write = marked.marked
    monkeypatch.setattr("geo.places.collection.marked", lambda asked: written.append(asked) or write(asked))
    sizes = set()
    with memory.of("one state"):
        for others in ({}, {"category": ["I.4"]}, {"kind": ["point_of_sale"], "stars": ["3,4,5"]}):
            for _ in range(12):
                west, south = town.random.uniform(102, 108), town.random.uniform(8, 20)
                width = town.random.choice([0.01, 1.5, 6])
                box = f"{west},{south},{west + width},{south + width}"
                for query in (others, {**others, "bbox": [box]}, {**others, "bbox": ["-170,-90,170,90"]}):
                    asked = place_filter(query)
                    page = read_page(collection, asked, feature_texts.default_fields(collection), Part(1000, by_name))
                    ids = [one["id"] for one in json.loads(b"[" + page.text + b"]")]
                    assert ids == _ids_by_name(asked), query
                    sizes.add(len(ids))
    assert len(written) <= 3 * 3, "without a box; a box that is small; a box that is large"
    assert len(sizes) > 5
    memory.forget()


def _ids_by_name(asked: PlaceFilter) -> list[str]:
    return list(selectors.places(asked).order_by("mark__folded", "public_id").values_list("public_id", flat=True))
