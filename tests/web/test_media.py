"""Photos are served from the media folder, and nothing beside it is."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client


def test_a_photo_is_served_and_nothing_outside_the_folder(client: Client) -> None:
    folder = Path(settings.MEDIA_ROOT) / "places"
    folder.mkdir(parents=True, exist_ok=True)
    photo = folder / "TEST-0000.webp"
    photo.write_bytes(b"RIFF")
    try:
        answer = client.get("/media/places/TEST-0000.webp")
        assert answer.status_code == 200
        assert b"".join(answer) == b"RIFF"
        for path in ("", "places/", "../secret_key", "..%2fsecret_key", "places/no.webp"):
            assert client.get(f"/media/{path}").status_code in {400, 404}, path
    finally:
        photo.unlink()


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Pages of errors read the register."""
