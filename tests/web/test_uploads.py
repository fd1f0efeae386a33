"""What is too large for any page is refused before any of it is read, also where nobody expects a file."""

from io import RawIOBase

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
GIGABYTE = 1 << 30


class Endless(RawIOBase):
    """A body without an end; counts what is read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += max(size, 0)
        return b"\0" * max(size, 0)


def sent(client: Client, path: str, length: str, body: Endless, **headers: str) -> tuple[int, str]:
    answer = client.post(
        path,
        b"",
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": length, **headers},  # type: ignore[arg-type]
    )
    return answer.status_code, answer.content.decode()


@pytest.fixture
def anybody() -> Client:
    """Somebody with the cookie of a form: without it, nothing of a body is looked at."""
    client = Client(enforce_csrf_checks=True)
    client.get("/vi/sign-in")
    assert "csrftoken" in client.cookies
    return client


@pytest.mark.parametrize("length", [str(GIGABYTE), "9" * 30, "-5", "²"])
def test_a_page_reads_nothing_of_a_gigabyte(anybody: Client, length: str) -> None:
    body = Endless()
    status, text = sent(anybody, "/vi/sign-in", length, body)
    assert (status, body.taken) == (413, 0)
    assert "20 MB" in text


def test_the_api_reads_nothing_of_a_gigabyte(anybody: Client) -> None:
    body = Endless()
    status, text = sent(anybody, "/api/collections/places/items", str(GIGABYTE), body)
    assert (status, body.taken) == (413, 0)
    assert '"too-large"' in text


def test_a_body_of_unknown_length_is_not_read(anybody: Client) -> None:
    body = Endless()
    status, _text = sent(anybody, "/vi/sign-in", "", body, HTTP_TRANSFER_ENCODING="chunked")
    assert (status, body.taken) == (403, 0)
