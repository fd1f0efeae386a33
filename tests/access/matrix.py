"""The permission matrix: what every address answers to everybody, by every method. A new address needs a row here.

``OPEN`` means that the answer doesn't depend on who asks. Rows name a path with sample values; those that depend on the
area name one inside the area of Phú Quốc and one outside of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PEOPLE = (
    "anonymous", "inactive", "roleless", "expired", "viewer", "producer", "communal_in", "communal_out",
    "provincial_in", "provincial_out", "acting", "national", "superuser",
)  # fmt: skip
"""``acting`` stands in for ``communal_in``; ``expired`` did so until yesterday; both have no role of their own."""

IN, DOOR, FORBIDDEN, NO_METHOD = "in", "door", "403", "405"
Answers = Mapping[str, str]

OUTSIDE_THE_DOOR = {"anonymous", "inactive"}
WITHOUT_ROLE = {"roleless", "expired"}


def everybody(answer: str) -> Answers:
    """The same for all."""
    return dict.fromkeys(PEOPLE, answer)


def only(*names: str, otherwise: str = FORBIDDEN) -> Answers:
    """These people; the others are refused, and who isn't signed in is sent to the door."""
    return {name: DOOR if name in OUTSIDE_THE_DOOR else IN if name in names else otherwise for name in PEOPLE}


OPEN = everybody(IN)
CLOSED = everybody(NO_METHOD)
MEMBERS = only(*PEOPLE)
DESK = only(*(name for name in PEOPLE if name not in WITHOUT_ROLE))
OFFICE = {name: IN if name in ("national", "superuser") else DOOR for name in PEOPLE}
PROPOSERS = only(*(name for name in PEOPLE if name not in WITHOUT_ROLE | {"viewer"}))
KEEPERS = ("communal_in", "acting", "provincial_in", "national", "superuser")
"""Who keeps the records of Phú Quốc."""
GIVERS = ("provincial_in", "provincial_out", "national", "superuser")
"""Who gives roles."""
GIVERS_HERE = ("provincial_in", "national", "superuser")
"""Who gives roles in Phú Quốc."""
ELSEWHERE = ("communal_out", "provincial_out", "national", "superuser")
"""Who keeps those of Hoàn Kiếm."""
IMPORTERS = only("communal_in", "communal_out", "provincial_in", "provincial_out", "acting", "national", "superuser")
THEIRS = only(*KEEPERS)
"""An import is for who uploaded it, who stands in for them, and who approves where it writes."""
OTHERS = only(*ELSEWHERE)


WRITERS = ("communal_in", "acting", "provincial_in", "national", "superuser")
"""Whose changes in Phú Quốc are taken: at once, or as a proposal of those who may not publish."""


@dataclass(frozen=True)
class Row:
    """One path and what it answers to each method; ``data`` is sent with POST, ``feature`` with what the API writes."""

    path: str
    get: Answers = field(default_factory=lambda: OPEN)
    post: Answers = field(default_factory=lambda: CLOSED)
    data: Mapping[str, str] = field(default_factory=dict)
    put: Answers = field(default_factory=lambda: CLOSED)
    patch: Answers = field(default_factory=lambda: CLOSED)
    delete: Answers = field(default_factory=lambda: CLOSED)
    feature: Mapping[str, object] | None = None


def read(path: str) -> list[Row]:
    """An address that everybody may read and nobody may write to."""
    return [Row(path)]


def _written(path: str, writers: tuple[str, ...], feature: Mapping[str, object], closes: bool = True) -> Row:
    """A feature of the API that everybody may read and ``writers`` may change."""
    answers = only(*writers)
    return Row(path, put=answers, patch=answers, delete=answers if closes else CLOSED, feature=feature)


NEW_PLACE = {"name": "Quầy mới", "kind": "point_of_sale", "commune_code": "31078"}
NEW_PRODUCER = {"name": "HTX mới", "commune_code": "31078"}
NEW_PRODUCT = {"name": "Sản phẩm mới"}

ANY_METHOD = dict.fromkeys(("get", "post", "put", "patch", "delete"), OPEN)


def edited(path: str, inside: str, outside: str, owned: str) -> list[Row]:
    """An edit form: of a record inside the area, outside of it, and of the producer's own; ``""``: no such sample."""
    rows = {inside: only(*KEEPERS), outside: only(*ELSEWHERE), owned: only("producer", *KEEPERS)}
    return [Row(path.format(name), answers, answers) for name, answers in rows.items() if name]


FORM = {"get": OPEN, "post": OPEN}
OWN_FORM = {"get": MEMBERS, "post": MEMBERS}

MATRIX: dict[str, list[Row]] = {
    # the API: read by everybody, written by who keeps the record, with a session here as with a token
    "api/": read("/api/"),
    "api/conformance": read("/api/conformance"),
    "api/openapi.json": read("/api/openapi.json"),
    "api/docs": read("/api/docs"),
    "api/collections": read("/api/collections"),
    "api/collections/<str:collection_id>": read("/api/collections/places"),
    "api/collections/<str:collection_id>/items": [
        Row("/api/collections/places/items", post=only(*WRITERS), feature=NEW_PLACE),
        Row("/api/collections/points-of-sale/items", post=only(*WRITERS), feature=NEW_PLACE),
        Row("/api/collections/producers/items", post=only(*WRITERS), feature=NEW_PRODUCER),
        Row("/api/collections/products/items", post=only("national", "superuser"), feature=NEW_PRODUCT),
        Row("/api/collections/provinces/items"),
    ],
    "api/collections/<str:collection_id>/items/<str:feature_id>": [
        _written("/api/collections/places/items/{place}", WRITERS, NEW_PLACE),
        _written("/api/collections/places/items/{elsewhere}", ELSEWHERE, NEW_PLACE),
        _written("/api/collections/places/items/{owned}", ("producer", *WRITERS), NEW_PLACE),
        _written("/api/collections/producers/items/{producer}", ("producer", *WRITERS), NEW_PRODUCER, closes=False),
        _written("/api/collections/products/items/{product}", ("producer", *WRITERS), NEW_PRODUCT, closes=False),
        Row("/api/collections/provinces/items/91"),
    ],
    "api/collections/<str:collection_id>/schema": read("/api/collections/places/schema"),
    "api/desk": [Row("/api/desk", DESK)],
    "api/proposals/<int:number>": [Row("/api/proposals/{proposal}", MEMBERS)],
    "api/collections/<str:collection_id>/facets": read("/api/collections/places/facets"),
    "api/collections/<str:collection_id>/changes": read("/api/collections/places/changes"),
    "api/collections/<str:collection_id>/tiles/WebMercatorQuad/<str:matrix>/<str:row>/<str:col>": read(
        "/api/collections/places/tiles/WebMercatorQuad/0/0/0"
    ),
    "api/collections/<str:collection_id>/tiles": read("/api/collections/places/tiles"),
    "api/collections/<str:collection_id>/tiles/WebMercatorQuad": read("/api/collections/places/tiles/WebMercatorQuad"),
    "api/tileMatrixSets": read("/api/tileMatrixSets"),
    "api/tileMatrixSets/WebMercatorQuad": read("/api/tileMatrixSets/WebMercatorQuad"),
    "api/actions": read("/api/actions"),
    "api/actions/<str:name>": [
        *read("/api/actions/suggest?q=nuoc"),
        *(
            Row(f"/api/actions/{name}", CLOSED, OPEN)
            for name in (
                "plan-pickups",
                "ask-suppliers",
                "quotation-request",
                "change-quotation-request",
                "quotation",
                "answer-quotation",
                "watch-search",
                "watched-search",
                "change-watched-search",
                "pickup-plan",
                "change-pickup-plan",
            )
        ),
    ],
    "api/^.*$": read("/api/nothing"),
    # files and machines
    "media/<path:path>": [Row("/media/nothing.webp", **ANY_METHOD)],
    "": read("/"),
    "p/<str:public_id>": read("/p/{place}"),
    "basemap/<str:name>": [Row("/basemap/nothing", **ANY_METHOD)],
    "favicon.ico": read("/favicon.ico"),
    "manifest.webmanifest": read("/manifest.webmanifest"),
    "robots.txt": read("/robots.txt"),
    "sitemap.xml": read("/sitemap.xml"),
    "sitemap-<int:part>.xml": read("/sitemap-0.xml"),
    # public pages
    "vi/": read("/vi/"),
    "vi/p/<str:public_id>": read("/vi/p/{place}"),
    "vi/bao-sai/<str:public_id>": [Row("/vi/bao-sai/{place}", **FORM)],
    "vi/bao-sai/<str:public_id>/cam-on": read("/vi/bao-sai/{place}/cam-on"),
    "vi/bao-sai": [Row("/vi/bao-sai", **FORM)],
    "vi/bao-sai/cam-on": read("/vi/bao-sai/cam-on"),
    "vi/nhan-co-so/<str:public_id>": [Row("/vi/nhan-co-so/{owned}", **FORM)],
    "vi/yeu-cau/<str:reference>": read("/vi/yeu-cau/{claim}"),
    "vi/sourcing/ask": [Row("/vi/sourcing/ask", **FORM)],
    "vi/sourcing/watch": [Row("/vi/sourcing/watch?q=muoi&quantity=1&months=3", **FORM)],
    "vi/sourcing/watch/sent": read("/vi/sourcing/watch/sent"),
    "vi/about": read("/vi/about"),
    "vi/help": read("/vi/help"),
    "vi/sourcing": read("/vi/sourcing?q=nuoc&quantity=5&months=3-6"),
    "vi/sourcing/compare": read("/vi/sourcing/compare"),
    "vi/sourcing/choose": read("/vi/sourcing/choose?q=nuoc&quantity=5&months=3-6"),
    "vi/data": read("/vi/data"),
    "vi/freshness": read("/vi/freshness"),
    # pickup plans: who has the secret, whoever they are
    "vi/plans/new": [Row("/vi/plans/new", **FORM)],
    "vi/plans/<str:token>": read("/vi/plans/{plan}"),
    "vi/plans/<str:token>/edit": [Row("/vi/plans/{plan}/edit", **FORM)],
    "vi/plans/<str:token>/change": [
        Row("/vi/plans/{plan}/change", CLOSED, OPEN, {"do": "share"}),
        Row("/vi/plans/{spent_plan}/change", CLOSED, OPEN, {"do": "erase"}),
    ],
    "vi/plans/<str:token>/files/<str:name>": read("/vi/plans/{plan}/files/plan.gpx"),
    # the door
    "vi/sign-in": [Row("/vi/sign-in", **FORM)],
    "vi/sign-in/code": [Row("/vi/sign-in/code", everybody(DOOR), everybody(DOOR))],
    "vi/sign-in/set-up": [Row("/vi/sign-in/set-up", everybody(DOOR), everybody(DOOR))],
    "vi/sign-in/provider": read("/vi/sign-in/provider"),
    "vi/sign-in/provider/back": [Row("/vi/sign-in/provider/back", **FORM)],
    "vi/sign-out": [Row("/vi/sign-out", everybody(NO_METHOD), everybody(DOOR))],
    "vi/invitation/<str:token>": [Row("/vi/invitation/none", **FORM)],
    "vi/password/forgotten": [Row("/vi/password/forgotten", **FORM)],
    "vi/password/sent": read("/vi/password/sent"),
    "vi/password/<str:who>/<str:token>": [Row("/vi/password/MQ/none", **FORM)],
    # the own account
    "vi/account": [Row("/vi/account", MEMBERS)],
    "vi/account/password": [Row("/vi/account/password", **OWN_FORM)],
    "vi/account/second-factor": [Row("/vi/account/second-factor", **OWN_FORM)],
    "vi/account/second-factor/remove": [Row("/vi/account/second-factor/remove", **OWN_FORM)],
    "vi/account/tokens": [Row("/vi/account/tokens", **OWN_FORM)],
    "vi/account/tokens/<int:number>/revoke": [Row("/vi/account/tokens/0/revoke", CLOSED, MEMBERS)],
    "vi/account/recovery-codes": [Row("/vi/account/recovery-codes", **OWN_FORM)],
    # the officers' desk
    "vi/desk": [Row("/vi/desk", DESK)],
    "vi/desk/<str:name>": [
        Row("/vi/desk/unchecked", DESK),
        Row("/vi/desk/reports", DESK),
        Row("/vi/desk/duplicates", DESK),
        Row("/vi/desk/doubts", DESK),
    ],
    "vi/desk/imports": [Row("/vi/desk/imports", IMPORTERS, IMPORTERS)],
    "vi/desk/imports/template/<str:kind>": [Row("/vi/desk/imports/template/places", IMPORTERS)],
    "vi/desk/imports/have/<str:kind>": [Row("/vi/desk/imports/have/places?in=91", IMPORTERS)],
    "vi/desk/imports/<int:pk>": [
        Row("/vi/desk/imports/{import}", THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}", OTHERS),
    ],
    "vi/desk/imports/<int:pk>/progress": [
        Row("/vi/desk/imports/{import}/progress", THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/progress", OTHERS),
    ],
    "vi/desk/imports/<int:pk>/points": [
        Row("/vi/desk/imports/{import}/points", THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/points", OTHERS),
    ],
    "vi/desk/imports/<int:pk>/returned": [
        Row("/vi/desk/imports/{import}/returned", THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/returned", OTHERS),
    ],
    "vi/desk/imports/<int:pk>/check": [
        Row("/vi/desk/imports/{import}/check", CLOSED, THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/check", CLOSED, OTHERS),
    ],
    "vi/desk/imports/<int:pk>/answer": [
        Row("/vi/desk/imports/{import}/answer", CLOSED, THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/answer", CLOSED, OTHERS),
    ],
    "vi/desk/imports/<int:pk>/apply": [
        Row("/vi/desk/imports/{import}/apply", CLOSED, THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/apply", CLOSED, OTHERS),
    ],
    "vi/desk/imports/<int:pk>/send": [
        Row("/vi/desk/imports/{import}/send", CLOSED, THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/send", CLOSED, OTHERS),
    ],
    "vi/desk/imports/<int:pk>/revert": [
        Row("/vi/desk/imports/{import}/revert", THEIRS, THEIRS),
        Row("/vi/desk/imports/{import_elsewhere}/revert", OTHERS, OTHERS),
    ],
    "vi/desk/reports/<str:reference>": [
        Row("/vi/desk/reports/{report}", only(*KEEPERS), only(*KEEPERS)),
        Row("/vi/desk/reports/{report_elsewhere}", only(*ELSEWHERE), only(*ELSEWHERE)),
    ],
    # editing
    "vi/desk/places/new": [Row("/vi/desk/places/new", PROPOSERS, PROPOSERS)],
    "vi/desk/places/<str:public_id>/edit": edited("/vi/desk/places/{{{}}}/edit", "place", "elsewhere", "owned"),
    "vi/desk/places/<str:public_id>/status": edited("/vi/desk/places/{{{}}}/status", "place", "elsewhere", "owned"),
    "vi/desk/producers/<str:public_id>/edit": edited("/vi/desk/producers/{{{}}}/edit", "", "", "maker"),
    "vi/desk/products/<str:public_id>/edit": edited("/vi/desk/products/{{{}}}/edit", "", "", "made"),
    "vi/desk/records/<str:public_id>": [
        Row("/vi/desk/records/{place}", only("viewer", *KEEPERS)),
        Row("/vi/desk/records/{elsewhere}", only("viewer", *ELSEWHERE)),
        Row("/vi/desk/records/{owned}", only("viewer", "producer", *KEEPERS)),
    ],
    "vi/desk/records/<str:public_id>/revert": [
        Row("/vi/desk/records/{place}/revert", CLOSED, only(*KEEPERS)),
        Row("/vi/desk/records/{elsewhere}/revert", CLOSED, only(*ELSEWHERE)),
    ],
    "vi/desk/position": [Row("/vi/desk/position?position=10.2,103.9", DESK)],
    "vi/desk/producer-names": [Row("/vi/desk/producer-names?q=htx", DESK)],
    "vi/desk/product-names": [Row("/vi/desk/product-names?q=nuoc", DESK)],
    # proposals; of others than those who decide or have proposed they say that there are none
    "vi/desk/proposals/mine": [Row("/vi/desk/proposals/mine", DESK)],
    "vi/desk/proposals/<int:number>": [Row("/vi/desk/proposals/0", DESK, DESK)],
    "vi/desk/proposals/<int:number>/withdraw": [Row("/vi/desk/proposals/0/withdraw", CLOSED, DESK)],
    "vi/desk/reports/<str:reference>/photo": [
        Row("/vi/desk/reports/{report}/photo", only(*KEEPERS)),
        Row("/vi/desk/reports/{report_elsewhere}/photo", only(*ELSEWHERE)),
    ],
    "vi/desk/places/<str:public_id>/still-right": [
        Row("/vi/desk/places/{place}/still-right", CLOSED, only(*KEEPERS)),
        Row("/vi/desk/places/{elsewhere}/still-right", CLOSED, only(*ELSEWHERE)),
        Row("/vi/desk/places/{owned}/still-right", CLOSED, only("producer", *KEEPERS)),
    ],
    "vi/desk/places/<str:public_id>/position": [
        Row("/vi/desk/places/{place}/position", CLOSED, only(*KEEPERS), {"how": "keep"}),
        Row("/vi/desk/places/{elsewhere}/position", CLOSED, only(*ELSEWHERE), {"how": "keep"}),
        Row("/vi/desk/places/{owned}/position", CLOSED, only("producer", *KEEPERS), {"how": "keep"}),
    ],
    "vi/desk/places/<str:public_id>/link": [
        Row("/vi/desk/places/{place}/link", CLOSED, only(*KEEPERS)),
        Row("/vi/desk/places/{elsewhere}/link", CLOSED, only(*ELSEWHERE)),
        Row("/vi/desk/places/{owned}/link", CLOSED, only("producer", *KEEPERS)),
    ],
    "vi/desk/doubts/<int:pk>": [
        Row("/vi/desk/doubts/{doubt}", CLOSED, only(*KEEPERS), {"to": "{doubt_to}"}),
        Row("/vi/desk/doubts/{doubt}", CLOSED, only(*ELSEWHERE), {"to": "{doubt_to_elsewhere}"}),
    ],
    "vi/desk/similar": [Row("/vi/desk/similar?name=OCOP", DESK)],
    "vi/desk/merge": [Row("/vi/desk/merge", DESK, DESK)],
    "vi/desk/merge/<str:one>/<str:other>": [
        Row("/vi/desk/merge/{place}/{twin}", only(*KEEPERS), only(*KEEPERS)),
        Row("/vi/desk/merge/{elsewhere}/{elsewhere_twin}", only(*ELSEWHERE), only(*ELSEWHERE)),
    ],
    "vi/desk/merge/<str:one>/<str:other>/different": [
        Row("/vi/desk/merge/{place}/{twin}/different", CLOSED, only(*KEEPERS)),
        Row("/vi/desk/merge/{elsewhere}/{elsewhere_twin}/different", CLOSED, only(*ELSEWHERE)),
    ],
    "vi/desk/merges/<int:pk>": [Row("/vi/desk/merges/{merge}", only(*KEEPERS), only(*KEEPERS))],
    "vi/desk/people": [Row("/vi/desk/people", only(*GIVERS), only(*GIVERS))],
    "vi/desk/people/<int:pk>": [
        Row("/vi/desk/people/{role}", CLOSED, only(*GIVERS_HERE), {"do": "publish"}),
        Row("/vi/desk/people/{role_of_producer}", CLOSED, only(*KEEPERS), {"do": "approve"}),
        Row("/vi/desk/people/{role_of_producer}", CLOSED, only(*GIVERS_HERE), {"do": "publish"}),
    ],
    "vi/desk/quotations/<int:pk>": [
        Row("/vi/desk/quotations/{quotation}", only(*KEEPERS)),
        Row("/vi/desk/quotations/{quotation_elsewhere}", only(*ELSEWHERE)),
    ],
    "vi/desk/commitments": [Row("/vi/desk/commitments", DESK)],
    "vi/desk/commitments/<int:pk>/end": [
        Row("/vi/desk/commitments/{promise}/end", CLOSED, only(*KEEPERS), {"reason": "mất mùa"}),
        Row("/vi/desk/commitments/{promise_elsewhere}/end", CLOSED, only(*ELSEWHERE), {"reason": "mất mùa"}),
    ],
    "vi/desk/claims/<str:reference>": [Row("/vi/desk/claims/{claim}", only(*KEEPERS), only(*KEEPERS))],
    "vi/desk/mine": [Row("/vi/desk/mine", DESK)],
    "vi/desk/cover": [Row("/vi/desk/cover", DESK, DESK)],
    "vi/desk/cover/<int:pk>": [Row("/vi/desk/cover/{cover}", CLOSED, only("communal_in", *GIVERS_HERE))],
    # with a number or a link that somebody was given
    "vi/still-right/<str:token>": [Row("/vi/still-right/none", **FORM)],
    "vi/sourcing/requests/<str:key>": [Row("/vi/sourcing/requests/none", **FORM)],
    "vi/sourcing/answer/<str:token>": [Row("/vi/sourcing/answer/none", **FORM)],
    "vi/sourcing/watches/<str:key>": [Row("/vi/sourcing/watches/none", **FORM)],
    "vi/sourcing/watches/<str:key>/end": [Row("/vi/sourcing/watches/none/end", **FORM)],
    "vi/bao-cao/<str:reference>": read("/vi/bao-cao/{report}"),
}

SENT_ON = {name: DOOR if name in OUTSIDE_THE_DOOR else IN for name in PEOPLE}
"""To the door, or to the own account for those who are in already."""

ADMIN_EXCEPTIONS = {
    "admin/login/": [Row("/admin/login/", SENT_ON, SENT_ON)],
    "admin/logout/": [Row("/admin/logout/", OPEN, OPEN)],
}
"""Every other address of the admin is the national office's."""
