"""The one filter of places, whatever door it comes through: query string, form, tile, facet or export.

``category``, ``stars``, ``certificate``, ``scheme`` and ``product`` must hold for one and the same product of a place.
"""

from collections.abc import Container
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from django.utils.translation import gettext as _

from geo.catalog.models import OCOP, CertificateScheme, ProductCategory
from geo.catalog.rules import CertificateState
from geo.divisions.models import Level
from geo.divisions.parameters import DivisionScope, division_scope
from geo.places.models import Place
from geo.spatial import parameters as parse
from geo.spatial import public_ids
from geo.spatial.folding import fold
from geo.spatial.merged import followed
from geo.spatial.parameters import BBox, Interval, LonLat, Query
from geo.spatial.problems import InvalidParameter
from geo.spatial.roads.reaching import MOST_MINUTES, Reach, reach
from geo.spatial.versions import memory

DEFAULT_RADIUS_M = 50_000
MAX_RADIUS_M = 300_000
MAX_WORDS = 20
NO_CATEGORY = "none"
OF_PRODUCTS = ("categories", "products", "stars", "states", "scheme")
"""Members of the filter that ask something of a product."""
STATES = (*(state.value for state in CertificateState), "none")
KINDS = tuple(Place.Kind.values)
STATUSES = tuple(Place.Status.values)
_CATEGORY_CODE_LENGTH = 20
_NO_WORD = "?"
"""Stands for a search without a letter or digit that could be folded: nothing contains it, so nothing is found."""


@dataclass(frozen=True)
class PlaceFilter:
    """What is asked of places; every member left at its default asks for nothing.

    ``words`` are folded; ``radius_m`` counts only with ``near``; ``categories`` are codes or ``none``; ``states`` are
    certificate states or ``none``. ``reach``: what lies within some minutes by road of a point.
    """

    bbox: BBox | None = None
    days: Interval | None = None
    province: DivisionScope | None = None
    commune: DivisionScope | None = None
    categories: tuple[str, ...] = ()
    stars: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    scheme: str | None = None
    products: tuple[str, ...] = ()
    producer: str | None = None
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    near: LonLat | None = None
    radius_m: float = DEFAULT_RADIUS_M
    open_at: datetime | None = None
    located: bool | None = None
    reach: Reach | None = None
    sample: bool | None = None
    text: str = field(default="", compare=False)

    @property
    def asks_certificate(self) -> bool:
        """Whether a certificate is asked for at all."""
        return bool(self.stars or self.states or self.scheme)

    @property
    def certificate_scheme(self) -> str:
        """The scheme whose certificates are meant: OCOP unless another is named."""
        return self.scheme or OCOP

    @property
    def asks_product(self) -> bool:
        """Whether some product of the place must fit."""
        return self.asks_certificate or bool(self.categories or self.products)

    def asks_only(self, names: Container[str]) -> bool:
        """Return whether every member besides the named ones is left at its default."""
        members = vars(self)
        return not [name for name, blank in _BLANK if name not in names and members[name] != blank]

    def without(self, *names: str) -> "PlaceFilter":
        """Return the filter with the named members back at their defaults: what a facet counts under."""
        return replace(self, **{name: getattr(_EVERYTHING, name) for name in names})


_EVERYTHING = PlaceFilter()
_BLANK = tuple((one.name, one.default) for one in fields(PlaceFilter) if one.compare)


NAMES = (
    "bbox",
    "datetime",
    "province",
    "commune",
    "category",
    "stars",
    "certificate",
    "scheme",
    "product",
    "producer",
    "kind",
    "status",
    "q",
    "near",
    "radius",
    "open_at",
    "located",
    "reach",
    "sample",
)
"""Query parameters that make a PlaceFilter."""
_KNOWN = frozenset(NAMES)


def place_filter(query: Query) -> PlaceFilter:
    """Return the filter a query asks for. Raises: InvalidParameter naming the parameter that is wrong."""
    if not query:
        return _EVERYTHING
    given = {name: value for name in query if name in _KNOWN and (value := parse.single(query, name)) is not None}
    commune = given.get("commune")
    province = _division(given, "province", Level.PROVINCE)
    near, radius = given.get("near"), given.get("radius")
    if radius is not None and near is None:
        raise InvalidParameter("radius", _("“radius” needs “near”."))
    return PlaceFilter(
        bbox=parse.bbox("bbox", given["bbox"]) if "bbox" in given else None,
        days=parse.interval("datetime", given["datetime"]) if "datetime" in given else None,
        province=province,
        commune=division_scope("commune", commune, Level.COMMUNE, within=province) if commune else None,
        categories=_categories(given["category"]) if "category" in given else (),
        stars=parse.integers("stars", given["stars"], 1, 5) if "stars" in given else (),
        states=parse.some_of("certificate", given["certificate"], STATES) if "certificate" in given else (),
        scheme=_scheme(given["scheme"]) if "scheme" in given else None,
        products=_public_ids("product", given["product"]) if "product" in given else (),
        producer=_public_ids("producer", given["producer"])[0] if "producer" in given else None,
        kinds=parse.some_of("kind", given["kind"], KINDS) if "kind" in given else (),
        statuses=parse.some_of("status", given["status"], STATUSES) if "status" in given else (),
        words=_words(given["q"]) if "q" in given else (),
        near=parse.lonlat("near", near) if near else None,
        radius_m=parse.number("radius", radius, 1, MAX_RADIUS_M) if radius else DEFAULT_RADIUS_M,
        open_at=parse.moment("open_at", given["open_at"]) if "open_at" in given else None,
        located=_yes_no(given, "located"),
        reach=_reach(given["reach"]) if "reach" in given else None,
        sample=_yes_no(given, "sample"),
        text=parse.text("q", given["q"]) if "q" in given else "",
    )


def _division(given: dict[str, str], name: str, level: Level) -> DivisionScope | None:
    if name not in given:
        return None
    value = given[name]
    return memory.remembered(("division", level, value), lambda: division_scope(name, value, level))


def _categories(value: str) -> tuple[str, ...]:
    codes = [code.strip() for code in parse.text("category", value).split(",")]
    found = memory.remembered(
        ("categories", *codes),
        lambda: frozenset(ProductCategory.objects.filter(code__in=codes).values_list("code", flat=True)),
    )
    known = found | {NO_CATEGORY}
    for code in codes:
        if code not in known:
            raise InvalidParameter(
                "category",
                _("There is no product category “%(code)s”.") % {"code": code[:_CATEGORY_CODE_LENGTH]},
            )
    return tuple(sorted(set(codes)))


def _scheme(value: str) -> str:
    return parse.one_of(
        "scheme",
        value,
        set(CertificateScheme.objects.values_list("code", flat=True)) | {OCOP},
    )


def _public_ids(name: str, value: str) -> tuple[str, ...]:
    try:
        asked = sorted({public_ids.parse(part) for part in value.split(",")})
    except public_ids.InvalidPublicId as wrong:
        raise InvalidParameter(name, wrong.message) from wrong
    return memory.remembered(("merged", *asked), lambda: followed(asked))


def _reach(value: str) -> Reach:
    """Return the area that ``longitude,latitude,minutes`` means."""
    place, _comma, minutes = value.rpartition(",")
    within = parse.integer("reach", minutes, 1, MOST_MINUTES)
    return reach("reach", parse.lonlat("reach", place), within)


def _words(value: str) -> tuple[str, ...]:
    words = tuple(fold(parse.text("q", value)).split())
    if len(words) > MAX_WORDS:
        raise InvalidParameter("q", _("“q” may have at most %(most)d words.") % {"most": MAX_WORDS})
    return words or (_NO_WORD,)


def _yes_no(given: dict[str, str], name: str) -> bool | None:
    return None if name not in given else parse.one_of(name, given[name], ("true", "false")) == "true"
