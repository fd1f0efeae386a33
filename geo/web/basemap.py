"""The map's own ground: where it is kept, how it is served.

Two files, both JSON and named after their content, so that they may be cached for ever: ``overview`` (the country, to
zoom 7, with all labels) and ``detail`` (finer shapes, to zoom 11). Nothing is ever fetched from another site.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers

FILE_NAME = re.compile(r"(overview|detail)-[0-9a-f]{16}\.json")
ARCHIPELAGOS = ((110.9, 15.4, 113.2, 17.4), (111.3, 7.0, 117.0, 12.1))
"""Hoàng Sa and Trường Sa: west, south, east, north in degrees."""


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.BASEMAP_ROOT)


def store(files: Mapping[str, bytes]) -> dict[str, tuple[str, int]]:
    """Write the files, plain and compressed, and point at them. Returns name → (file name, compressed bytes)."""
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    current: dict[str, str] = {}
    report: dict[str, tuple[str, int]] = {}
    for name, content in files.items():
        file_name = f"{name}-{hashlib.sha256(content).hexdigest()[:16]}.json"
        packed = gzip.compress(content, 9, mtime=0)
        (target / file_name).write_bytes(content)
        (target / f"{file_name}.gz").write_bytes(packed)
        current[name] = file_name
        report[name] = (file_name, len(packed))
    pointer = target / "current.json.new"
    pointer.write_text(json.dumps(current), encoding="utf-8")
    pointer.replace(target / "current.json")
    return report


def current() -> dict[str, str]:
    """File names in force by level of detail; empty when the basemap was never built."""
    try:
        names = json.loads((folder() / "current.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: file for name, file in names.items() if FILE_NAME.fullmatch(file)}


def boot_data() -> dict[str, str]:
    """What the browser needs to draw the ground: addresses of the two files, the operator's raster tiles if any."""
    names = current()
    urls = {name: reverse("site:basemap", args=[names[name]]) for name in ("overview", "detail") if name in names}
    return {
        "overview": urls.get("overview", ""),
        "detail": urls.get("detail", ""),
        "tile_url": settings.TILE_URL,
        "tile_attribution": settings.TILE_ATTRIBUTION,
    }


def basemap_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the files: immutable, compressed if the browser takes it. 404 for any other name."""
    path = folder() / name
    if not FILE_NAME.fullmatch(name) or not path.exists():
        raise Http404
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        (folder() / f"{name}.gz").read_bytes() if packed else path.read_bytes(), content_type="application/json"
    )
    if packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
