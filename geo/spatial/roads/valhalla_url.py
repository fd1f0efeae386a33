"""Valhalla at the operator's URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from geo.spatial.roads.remote import caller
from geo.spatial.roads.valhalla import Ask, Refused, Valhalla


def valhalla_at(base: str, timeout_s: float) -> Valhalla:
    """Return the Valhalla service at ``base``; one question may take ``timeout_s``."""

    @contextmanager
    def session() -> Iterator[Ask]:
        post = caller(base.rstrip("/"), timeout_s)

        def ask(action: str, body: dict[str, Any]) -> Any:
            status, answer = post(f"/{action}", body)
            if status == 400:
                raise Refused(str(answer.get("error", "") if isinstance(answer, dict) else ""))
            return answer

        yield ask

    return Valhalla("valhalla", session)
