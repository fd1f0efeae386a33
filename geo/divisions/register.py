"""The register the divisions are loaded from, read into plain records.

Source: the data files inside the PyPI package ``vietnamadminunits`` (MIT), found through the installation's metadata
and never imported: its SQLite tables ``admin_units`` (since 2025-07-01) and ``admin_units_legacy`` (before), and its
JSON of which old commune went to which new one. Its legacy coordinates come from a commercial geocoder and are not
read.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from geo.divisions.names import name_key, split_full_name

PACKAGE = "vietnamadminunits"
LICENCE = "MIT"

_ALIAS_TYPES = {
    "thanhpho": "thành phố",
    "thitran": "thị trấn",
    "thixa": "thị xã",
    "huyen": "huyện",
    "quan": "quận",
    "phuong": "phường",
    "xa": "xã",
}
_ALIAS = re.compile(rf"({'|'.join(_ALIAS_TYPES)})(.+)")


class RegisterError(Exception):
    """The register is missing or not as expected; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the register. ``point`` is (longitude, latitude) in degrees of EPSG:4326."""

    level: str
    code: str
    unit_type: str
    name: str
    full_name: str
    parent: str = ""
    point: tuple[float, float] | None = None
    area_km2: float | None = None
    former_names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Predecessor → successor on 2025-07-01, by level and code; ``share`` is whole or part."""

    level: str
    predecessor: str
    successor_level: str
    successor: str
    share: str
    is_default: bool


@dataclass(slots=True)
class Register:
    """Everything read: the old map, the new map, how one became the other, and what was left out and why."""

    source: str
    before: list[Unit] = field(default_factory=list)
    since: list[Unit] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


def package_folder() -> tuple[Path, str]:
    """Return the data folder of the installed package and its version. Raises RegisterError when it isn't installed."""
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise RegisterError(f"the Python package {PACKAGE} is not installed: it carries the register") from None
    return Path(str(distribution.locate_file(PACKAGE))) / "data", distribution.version


def read_register(folder: Path | None = None, version: str = "") -> Register:
    """Read the register from ``folder`` (default: the installed package).

    Raises: RegisterError when a file is missing, damaged, or contradicts itself.
    """
    if folder is None:
        folder, version = package_folder()
    register = Register(source=f"{PACKAGE} {version}".strip())
    try:
        connection = sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            since = connection.execute("SELECT * FROM admin_units ORDER BY wardCode").fetchall()
            before = connection.execute(_BEFORE_SQL).fetchall()
        finally:
            connection.close()
        conversion = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
        _read_since(register, since)
        _read_before(register, before)
        register.links.extend(_links(conversion, before, since))
    except (sqlite3.Error, OSError, ValueError, KeyError, IndexError) as error:
        raise RegisterError(f"the register in {folder} can't be read: {error}") from error
    return register


# Only names and codes: the coordinates of this table may not be published.
_BEFORE_SQL = """
SELECT province, provinceCode, provinceKey, district, districtCode, districtKey, districtAlias,
       ward, wardCode, wardKey, wardAlias
  FROM admin_units_legacy ORDER BY districtCode, wardCode
"""


def _read_since(register: Register, rows: list[sqlite3.Row]) -> None:
    """The map of 2025-07-01: provinces and communes with a point, communes with an area where it is credible."""
    provinces = {row["provinceCode"]: row for row in rows}
    for code, row in sorted(provinces.items()):
        unit_type, name = split_full_name(row["province"])
        point = (row["provinceLon"], row["provinceLat"])
        register.since.append(Unit("PROVINCE", code, unit_type, name, row["province"], point=point))
    namesakes = Counter((row["wardShort"], row["wardAreaKm2"]) for row in rows)
    for row in rows:
        unit_type, name = split_full_name(row["ward"])
        area = row["wardAreaKm2"] or None
        if area is None:
            register.notes["area missing or zero: left empty"] += 1
        elif namesakes[row["wardShort"], area] > 1:
            area = None
            register.notes["area repeated for communes of one name: left empty"] += 1
        point = (row["wardLon"], row["wardLat"])
        register.since.append(
            Unit("COMMUNE", row["wardCode"], unit_type, name, row["ward"], row["provinceCode"], point, area)
        )


def _read_before(register: Register, rows: list[sqlite3.Row]) -> None:
    """The map until 2025-06-30: provinces, districts, communes. Five island districts had no commune."""
    provinces = {row["provinceCode"]: row["province"] for row in rows}
    districts = {row["districtCode"]: row for row in rows}
    for code, full_name in sorted(provinces.items()):
        register.before.append(Unit("PROVINCE", code, *split_full_name(full_name), full_name))
    for code, row in sorted(districts.items()):
        unit = (*split_full_name(row["district"]), row["district"], row["provinceCode"])
        former = _former_names(row["districtAlias"], row["district"])
        register.before.append(Unit("DISTRICT", code, *unit, former_names=former))
    for row in rows:
        if row["wardCode"] is None:
            register.notes["old district without communes"] += 1
            continue
        unit = (*split_full_name(row["ward"]), row["ward"], row["districtCode"])
        former = _former_names(row["wardAlias"], row["ward"])
        register.before.append(Unit("COMMUNE", row["wardCode"], *unit, former_names=former))


def _former_names(packed: str | None, full_name: str) -> tuple[tuple[str, str], ...]:
    """Return (type, key) of the names units had before the rounds of 2019-2025, as the register packs them.

    It lists each twice, with type and without, and without spaces or accents (``xadinhxuyen``, ``dinhxuyen``).
    Spellings of the present name are left out: keys make them equal already.
    """
    names = json.loads(packed or "[]")
    own = name_key(split_full_name(full_name)[1])
    found: dict[tuple[str, str], None] = {}
    for text in names:
        match = _ALIAS.fullmatch(text)
        if match and (match[2] in names or match[2].isdigit()):
            unit_type, key = _ALIAS_TYPES[match[1]], name_key(match[2])
            if (unit_type, key) != (split_full_name(full_name)[0], own):
                found[unit_type, key] = None
    return tuple(found)


def _links(conversion: dict[str, Any], before: list[sqlite3.Row], since: list[sqlite3.Row]) -> Iterator[Link]:
    """Yield how the old map became the new one. The register joins by unaccented names; codes are ours to find."""
    new = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in since}
    new_provinces = {row["provinceKey"]: row["provinceCode"] for row in since}
    old_provinces = {row["provinceKey"]: row["provinceCode"] for row in before}
    old = {
        f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}": (
            ("COMMUNE", row["wardCode"]) if row["wardCode"] else ("DISTRICT", row["districtCode"])
        )
        for row in before
    }
    for province, parts in conversion["DICT_PROVINCE"].items():
        for part in parts:
            yield Link("PROVINCE", old_provinces[part], "PROVINCE", new_provinces[province], "whole", True)
    for province, communes in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, wholes in communes.items():
            for whole in wholes:
                yield Link(*old[whole], "COMMUNE", new[province, commune], "whole", True)
    for province, splits in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for split, shares in splits.items():
            for share in shares:
                successor = new[province, share["newWardKey"]]
                yield Link(*old[split], "COMMUNE", successor, "part", bool(share["isDefaultNewWard"]))
