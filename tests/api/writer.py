"""A program that writes: what tests of writing share."""

import json
from typing import Any

from django.test import Client

from geo.access import tokens
from geo.access.models import ApiToken, User
from tests import factories as make

PLACES = "/api/collections/places/items"
NEW = {"name": "Quầy OCOP Bãi Trường", "kind": "point_of_sale", "commune_code": "31078"}


def token_of(user: User, *scopes: str, days: int = 30) -> str:
    return tokens.make(user, "kịch bản", scopes or (ApiToken.Scope.WRITE,), days, proven=False)


class Writer:
    """A client with the token of an officer of Phú Quốc's province, or of somebody else."""

    def __init__(self, user: User | None = None, token: str | None = None) -> None:
        self.user = user or make.officer("provincial", make.commune().parent)
        self.token = token or token_of(self.user)
        self.client = Client(enforce_csrf_checks=True)

    def send(self, method: str, address: str, body: Any = None, match: str | None = None, **headers: str) -> Any:
        patch = "application/merge-patch+json" if method == "PATCH" else "application/geo+json"
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        if match is not None:
            sent["If-Match"] = match
        return self.client.generic(
            method,
            address,
            body if isinstance(body, bytes | str) else json.dumps(body) if body is not None else b"",
            content_type=sent.pop("Content-Type", patch),
            headers=sent,
        )

    def post(self, properties: dict[str, Any] | None = None, at: Any = None, address: str = PLACES, **more: Any) -> Any:
        feature = {"type": "Feature", "geometry": at, "properties": NEW if properties is None else properties}
        return self.send("POST", address, feature | more)

    def get(self, address: str) -> Any:
        return self.client.get(address)

    def patch(
        self, address: str, properties: dict[str, Any] | None = None, match: str | None = None, **more: Any
    ) -> Any:
        body = ({} if properties is None else {"properties": properties}) | more
        return self.send("PATCH", address, body, self.get(address)["ETag"] if match is None else match)

    def put(self, address: str, feature: dict[str, Any], match: str | None = None) -> Any:
        return self.send("PUT", address, feature, self.get(address)["ETag"] if match is None else match)

    def delete(self, address: str, match: str | None = None) -> Any:
        return self.send("DELETE", address, None, self.get(address)["ETag"] if match is None else match)


def point(lon: float = 103.97, lat: float = 10.21) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def address_of(record: Any, collection: str = "places") -> str:
    record.refresh_from_db()
    return f"/api/collections/{collection}/items/{record.public_id}"
