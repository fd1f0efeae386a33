"""Times of answers, asked one after the other over one connection, as ratios to the time of an empty question."""

import http.client
import json
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote, urlsplit

ITEMS = "/api/collections/places/items"


@dataclass(frozen=True)
class Answer:
    """Median time of an answer and its compressed size."""

    name: str
    ms: float
    bytes: int
    ratio: float


class Client:
    """One connection that is kept open."""

    def __init__(self, site: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=120)

    def ask(
        self, path: str, headers: dict[str, str] | None = None
    ) -> tuple[float, int, http.client.HTTPResponse, bytes]:
        """Return ms, status, response and body."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"Accept-Encoding": "gzip", **(headers or {})})
        response = self.connection.getresponse()
        body = response.read()
        return (time.perf_counter() - began) * 1000, response.status, response, body


def questions(client: Client) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what is asked, by name: path and headers."""
    _, _, first, body = client.ask(f"{ITEMS}?limit=1", {"Accept-Encoding": "identity"})
    public_id = json.loads(body)["features"][0]["id"]
    tag = first.headers.get("ETag", "")
    return {
        "SELECT 1": ("/floor", {}),
        "not changed (304)": (f"{ITEMS}?limit=1", {"If-None-Match": tag, "Accept-Encoding": "identity"}),
        "one place": (f"{ITEMS}/{public_id}", {}),
        "100 places": (f"{ITEMS}?limit=100", {}),
        "1,000 places": (f"{ITEMS}?limit=1000", {}),
        "facets": ("/api/collections/places/facets", {}),
        "facets of a filter": ("/api/collections/places/facets?province=01&kind=point_of_sale", {}),
        "tile at zoom 5": ("/api/collections/places/tiles/WebMercatorQuad/5/14/25", {}),
        "suggestions": (f"/api/actions/suggest?q={quote('nuoc mam phu quoc')}", {}),
        "map page": ("/vi/", {}),
        "map page, searched": (f"/vi/?q={quote('nuoc mam')}", {}),
    }


def answers(site: str, runs: int) -> list[Answer]:
    """Ask everything ``runs`` times, in turns, after one unmeasured round."""
    client = Client(site)
    asked = questions(client)
    times: dict[str, list[float]] = {name: [] for name in asked}
    sizes: dict[str, int] = {}
    for turn in range(runs + 1):
        for name, (path, headers) in asked.items():
            ms, status, _, body = client.ask(path, headers)
            expected = 304 if "304" in name else 200
            if status != expected:
                raise RuntimeError(f"{path} answers {status}")
            sizes[name] = len(body)
            if turn:
                times[name].append(ms)
    floor = median(times["SELECT 1"])
    return [Answer(name, median(found), sizes[name], median(found) / floor) for name, found in times.items()]
