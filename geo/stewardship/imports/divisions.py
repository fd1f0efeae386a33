"""Which province and commune a row means: names of today at once, all others through the register's resolver."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from geo.divisions.models import Division, Level, Lineage
from geo.divisions.resolution import Resolution, resolve
from geo.spatial.folding import nfc
from geo.stewardship.imports.ground import Ground
from geo.stewardship.imports.lines import Line

CANDIDATES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Settled:
    """What the texts of a row mean: divisions of today, or the reason why not, with the field that it concerns."""

    province: Division | None = None
    commune: Division | None = None
    before: str = ""
    reason: str = ""
    reason_field: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    via: str = ""


class Divisions:
    """Resolves the divisions of rows; the same texts once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[tuple[str, str, str, str], Settled] = {}
        self._provinces: dict[str, Settled] = {}
        self._by_name: dict[tuple[str, str], Division] = {}
        self._by_code: dict[str, Division] = {}
        for one in ground.divisions.values():
            if one.level == Level.COMMUNE:
                self._by_code[one.code] = one
                if one.parent is not None:
                    self._by_name[_key(one.full_name), _key(one.parent.full_name)] = one
                    self._by_name[_key(one.full_name), _key(one.parent.name)] = one

    @cached_property
    def _before(self) -> dict[int, str]:
        """The province of before July 2025 that all of a commune was in, by the commune's id."""
        came_from: dict[int, set[str]] = {}
        links = Lineage.objects.filter(successor__level=Level.COMMUNE, predecessor__level=Level.COMMUNE)
        for commune, name in links.values_list("successor_id", "predecessor__parent__parent__name"):
            came_from.setdefault(commune, set()).add(name or "")
        return {commune: next(iter(names)) for commune, names in came_from.items() if len(names) == 1}

    def settle(self, lines: Iterable[Line]) -> None:
        """Fill in ``province``, ``commune`` and ``province_before`` of the lines that mention any division."""
        for line in lines:
            texts = tuple(line.text(name) for name in ("province", "district", "commune", "commune_code"))
            if not any(texts):
                continue
            settled = self._settled(*texts)
            line.province, line.commune, line.province_before = settled.province, settled.commune, settled.before
            if line.commune is not None and not line.province_before:
                line.province_before = self._before.get(line.commune.pk, "")
            if settled.reason:
                line.refuse(settled.reason, settled.reason_field, **settled.facts)
            elif settled.via and settled.commune is not None:
                line.note("division-became", "commune", former=settled.via, now=_full(settled.commune))

    def _settled(self, *texts: str) -> Settled:
        province, district, commune, code = texts
        key = (province, district, commune, code)
        if key not in self._known:
            self._known[key] = self._resolve(province, district, commune, code)
        return self._known[key]

    def _resolve(self, province: str, district: str, commune: str, code: str) -> Settled:
        above = self._named_province(province) if province else Settled()
        if above.reason:
            return above
        if not commune and not code:
            if district:
                return Settled(above.province, before=above.before, reason="commune-missing", reason_field="district")
            return above
        found = self._commune(province, district, commune, above) if commune else Settled()
        if found.reason or not code:
            return found
        return self._agreeing(code, found, above)

    def _agreeing(self, code: str, found: Settled, above: Settled) -> Settled:
        """Check a code against the names; alone it means the commune that has it today."""
        coded = self._by_code.get(code.zfill(5))
        if coded is None:
            return Settled(reason="commune-code-unknown", reason_field="commune_code", facts={"said": code})
        named = found.commune
        if named is not None and named.pk != coded.pk:
            facts = {"said": code, "coded": _full(coded), "named": _full(named)}
            return Settled(reason="commune-code-differs", reason_field="commune_code", facts=facts)
        if above.province is not None and coded.parent_id != above.province.pk:
            facts = {"said": code, "coded": _full(coded), "named": above.province.full_name}
            return Settled(reason="commune-code-differs", reason_field="commune_code", facts=facts)
        return Settled(coded.parent, coded, above.before, via=found.via)

    def _named_province(self, text: str) -> Settled:
        """Resolve a province once for all its communes."""
        if text not in self._provinces:
            self._provinces[text] = self._province(text)
        return self._provinces[text]

    def _province(self, text: str) -> Settled:
        found = resolve(text, level=Level.PROVINCE)
        if found.one is None:
            return self._doubt(found, "province", text)
        named = found.one
        if named.pk in self._ground.divisions:
            via = found.candidates[0].via
            return Settled(self._ground.divisions[named.pk], before=via.name if via is not None else "")
        after = Lineage.objects.filter(predecessor=named, share="whole").values_list("successor_id", flat=True)
        today = [self._ground.divisions[pk] for pk in after if pk in self._ground.divisions]
        if len(today) != 1:
            return Settled(reason="division-unknown", reason_field="province", facts={"said": text})
        return Settled(today[0], before=named.name)

    def _commune(self, province: str, district: str, commune: str, above: Settled) -> Settled:
        exact = None if district else self._by_name.get((_key(commune), _key(province)))
        if exact is not None:
            return Settled(exact.parent, exact, above.before)
        text = ", ".join(part for part in (commune, district, province) if part)
        found = resolve(text, level=Level.COMMUNE)
        if found.one is None:
            return self._doubt(found, "commune", text)
        one = self._ground.divisions.get(found.one.pk)
        if one is None:
            return Settled(reason="commune-is-larger", reason_field="commune", facts={"said": commune})
        if above.province is not None and one.parent_id != above.province.pk:
            facts = {"said": text, "found": _full(one)}
            return Settled(reason="commune-elsewhere", reason_field="commune", facts=facts)
        via = found.candidates[0].via
        return Settled(one.parent, one, above.before, via=_full(via) if via is not None else "")

    @staticmethod
    def _doubt(found: Resolution, name: str, text: str) -> Settled:
        reason = {"split": "division-split", "ambiguous": "division-ambiguous", "similar": "division-similar"}.get(
            found.status, "division-unknown"
        )
        names = "; ".join(_full(one.division) for one in found.candidates[:CANDIDATES_SHOWN])
        return Settled(reason=reason, reason_field=name, facts={"said": text, "candidates": names})


def _key(text: str) -> str:
    return nfc(text).casefold()


def _full(division: Division) -> str:
    return f"{division.full_name}, {division.parent.full_name}" if division.parent is not None else division.full_name
