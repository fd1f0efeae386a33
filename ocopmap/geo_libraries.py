"""Find the GDAL and GEOS libraries that GeoDjango loads.

The wheels of pyogrio and shapely carry current ones, so that no system package is needed and Debian's old GDAL doesn't
raise Django's warning ``gis.W001``. They are found without importing the packages.
"""

import os
from importlib.util import find_spec
from pathlib import Path


def find_geo_libraries() -> tuple[str | None, str | None]:
    """Return the paths of libgdal and libgeos_c, each None where Django shall look for the system's.

    Operators override them with ``GDAL_LIBRARY_PATH`` and ``GEOS_LIBRARY_PATH``. When GDAL comes from a wheel, its data
    folders are named in ``GDAL_DATA`` and ``PROJ_DATA`` unless they are set already.
    """
    gdal = os.environ.get("GDAL_LIBRARY_PATH") or _bundled("pyogrio", "libgdal*")
    geos = os.environ.get("GEOS_LIBRARY_PATH") or _bundled("shapely", "libgeos_c*")
    package = _folder("pyogrio")
    if package and gdal and gdal.startswith(f"{package}.libs"):
        for variable, name in (("GDAL_DATA", "gdal_data"), ("PROJ_DATA", "proj_data")):
            if (package / name).is_dir():
                os.environ.setdefault(variable, str(package / name))
    return gdal, geos


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _bundled(package: str, pattern: str) -> str | None:
    """Return the library that a wheel keeps in the folder ``<package>.libs`` beside the package."""
    folder = _folder(package)
    if folder is None:
        return None
    found = sorted(folder.with_name(f"{package}.libs").glob(f"{pattern}.so*"))
    return str(found[-1]) if found else None
