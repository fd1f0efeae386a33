"""Stand-ins for the services of an operator: the least of OSRM and Valhalla that answers as theirs do."""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.spatial.roads.test_streets import CORNERS

FAR_M = 50_000


class Service(BaseHTTPRequestHandler):
    """One minute for each hundredth of a degree; ``mode`` breaks it in one of the ways services break."""

    mode = "right"
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if not self._broken():
            self._osrm(urlsplit(self.path).path, parse_qs(urlsplit(self.path).query))

    def do_POST(self) -> None:
        self.asked.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._broken():
            self._valhalla(self.path, body)

    def _broken(self) -> bool:
        if self.mode == "slow":
            time.sleep(3)
        elif self.mode == "nonsense":
            self._send(200, {"code": "Ok", "sources_to_targets": [[{}]], "durations": [], "trip": 5})
        elif self.mode == "html":
            self._write(200, b"<html>")
        elif self.mode == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
        elif self.mode == "error":
            self._send(500, {})
        return self.mode not in {"right", "slow"}

    def _osrm(self, path: str, query: dict[str, list[str]]) -> None:
        points = [tuple(map(float, pair.split(","))) for pair in path.rpartition("/")[2].split(";")]
        if "/table/" in path:
            sides = [[points[int(n)] for n in query[side][0].split(";")] for side in ("sources", "destinations")]
            near = [[{"distance": FAR_M if lon > 107 else 5} for lon, _lat in side] for side in sides]
            times = [[100.4 * (1 + (a > b)) for b in sides[1]] for a in sides[0]]
            told = {"code": "Ok", "durations": times, "distances": times}
            self._send(200, {**told, "sources": near[0], "destinations": near[1]})
        elif any(lon > 107 for lon, _lat in points):
            self._send(400, {"code": "NoSegment"})
        else:
            legs = [
                {"duration": 100.4, "distance": 900.2, "steps": [{"geometry": {"coordinates": [list(a), list(b)]}}]}
                for a, b in itertools.pairwise(points)
            ]
            self._send(200, {"code": "Ok", "routes": [{"legs": legs}]})

    def _valhalla(self, path: str, body: dict[str, Any]) -> None:
        if path == "/locate":
            self._send(200, [{"edges": [{}] if one["lon"] < 107 else None} for one in body["locations"]])
        elif path == "/sources_to_targets":
            assert len(body["sources"]) <= 50
            cell = {"time": 61, "distance": 1.234}
            self._send(200, {"sources_to_targets": [[cell for _ in body["targets"]] for _ in body["sources"]]})
        else:
            self._send(400, {"error_code": 442, "error": "No path could be found for input"})

    def _send(self, status: int, answer: Any) -> None:
        self._write(status, json.dumps(answer).encode())

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(mode: str = "right") -> Iterator[tuple[str, list[str]]]:
    """Serve on a free port; yields the address and the list of what is asked."""
    handler = type("Handler", (Service,), {"mode": mode, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler.asked
        server.shutdown()


INLAND = CORNERS[:2]
