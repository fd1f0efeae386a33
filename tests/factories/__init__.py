"""Records for tests: each function makes one valid record; name only what the test is about."""

from datetime import date
from itertools import count
from typing import Any

from django.contrib.gis.geos import Point

from geo.access.models import Assignment, User
from geo.catalog.models import OCOP, Certificate, CertificateScheme, Offer, Producer, Product, ProductCategory
from geo.catalog.rules import OCOP_MONTHS, add_months
from geo.divisions.models import Division, Level
from geo.divisions.names import stored_key
from geo.places.models import Holiday, OpeningSchedule, Place, PlaceProduct
from geo.spatial.folding import fold
from geo.spatial.models import PublicId
from geo.stewardship.imports.models import Import

SOURCE = {"source_kind": "register", "source_name": "Sở Nông nghiệp và Môi trường", "trust": "A"}
EDITION = "26/2026/QĐ-TTg"
_serial = count(1)


def person(**values: Any) -> User:
    """Somebody with an account and no role."""
    return User.objects.create(**{"username": f"person{next(_serial)}", **values})


def user(**values: Any) -> User:
    """An officer of the national office, who may change every record."""
    return officer("national", **values)


def officer(role: str, where: Division | None = None, publishes: bool = False, **values: Any) -> User:
    """Somebody with a role, in a division if the role has one."""
    made = person(**values)
    Assignment.objects.create(user=made, role=role, division=where, publishes_at_once=publishes)
    return made


def owner(of: Producer, publishes: bool = False, **values: Any) -> User:
    """A producer with their own record."""
    made = person(**values)
    entry = PublicId.objects.get(pk=of.public_id)
    Assignment.objects.create(user=made, role="producer", record=entry, publishes_at_once=publishes)
    return made


def administrator(**values: Any) -> User:
    name = values.pop("username", f"admin{next(_serial)}")
    return User.objects.create_superuser(username=name, password="secret", **values)


def division(level: Level, name: str, code: str, unit_type: str, **values: Any) -> Division:
    full_name = f"{unit_type.capitalize()} {name}"
    made = {
        "level": level,
        "code": code,
        "unit_type": unit_type,
        "name": name,
        "full_name": full_name,
        "folded": fold(full_name),
        "key": stored_key(unit_type, name),
        "valid_from": date(2025, 7, 1),
        **values,
    }
    return Division.objects.create(**made)


def province(name: str = "An Giang", code: str = "91", unit_type: str = "tỉnh", **values: Any) -> Division:
    known = Division.objects.filter(level=Level.PROVINCE, code=code, valid_until=None).first()
    return known or division(Level.PROVINCE, name, code, unit_type, **values)


def commune(
    name: str = "Phú Quốc",
    code: str = "31078",
    unit_type: str = "đặc khu",
    parent: Division | None = None,
    **values: Any,
) -> Division:
    known = Division.objects.filter(level=Level.COMMUNE, code=code, valid_until=None).first()
    if known:
        return known
    values.setdefault("location", Point(103.96, 10.22, srid=4326))
    return division(Level.COMMUNE, name, code, unit_type, parent=parent or province(), **values)


def category(code: str = "I", name: str = "Thực phẩm", **values: Any) -> ProductCategory:
    level = ("SECTOR", "GROUP", "SET")[code.count(".")]
    parent = category(code.rpartition(".")[0], f"Nhóm {code}") if "." in code else None
    made, _ = ProductCategory.objects.get_or_create(
        edition=EDITION, code=code, defaults={"level": level, "parent": parent, "name_vi": name, **values}
    )
    return made


def producer(name: str = "HTX Nước mắm Phú Quốc", **values: Any) -> Producer:
    return Producer.objects.create(**{**SOURCE, "name": name, "kind": "cooperative", **values})


def product(name: str = "Nước mắm Phú Quốc", **values: Any) -> Product:
    if values.get("category"):
        values.setdefault("category_basis", "source")
    return Product.objects.create(**{**SOURCE, "name": name, **values})


def scheme(code: str = OCOP, **values: Any) -> CertificateScheme:
    months = OCOP_MONTHS if code == OCOP else None
    made, _ = CertificateScheme.objects.get_or_create(
        code=code, defaults={"name_vi": code, "name_en": code, "validity_months": months, **values}
    )
    return made


def certificate(subject: Any, **values: Any) -> Certificate:
    """A certificate of ``subject`` (a record with a public id); OCOP with four stars unless told otherwise."""
    values.setdefault("scheme", scheme())
    if values["scheme"].code == OCOP:
        values.setdefault("stars", 4)
    decided = values.get("decision_date")
    if decided:
        values.setdefault("valid_from", decided)
        values.setdefault("valid_until", add_months(decided, OCOP_MONTHS))
        values.setdefault("decision_year", decided.year)
    return Certificate.objects.create(
        **{**SOURCE, "subject": PublicId.objects.get(pk=subject.public_id), "decision_number": "12/QĐ-UBND", **values}
    )


def offer(of: Product, **values: Any) -> Offer:
    made = {
        "platform": "Sàn",
        "url": f"https://shop.example/{next(_serial)}",
        "checked_on": date(2026, 11, 1),
        **values,
    }
    return Offer.objects.create(**{**SOURCE, "product": of, **made})


def schedule(expression: str = "Mo-Su 08:00-18:00") -> OpeningSchedule:
    """A schedule without stored periods: call ``ensure_periods`` where they matter."""
    made, _ = OpeningSchedule.objects.get_or_create(expression=expression)
    return made


def holiday(day: date, kind: str = "public", name: str = "Ngày lễ", **values: Any) -> Holiday:
    made = {"kind": kind, "name_vi": name, "name_en": "Holiday", "source": "test", **values}
    return Holiday.objects.update_or_create(day=day, defaults=made)[0]


def place(name: str = "Cửa hàng OCOP Dương Đông", **values: Any) -> Place:
    """A point of sale in Phú Quốc, located by address unless ``location`` says otherwise (``None``: nowhere)."""
    values.setdefault("location", Point(103.96, 10.22, srid=4326))
    values.setdefault("location_accuracy", "address" if values["location"] else "none")
    if "province" not in values:
        values.setdefault("commune", commune())
        values["province"] = values["commune"].parent if values["commune"] else province()
    return Place.objects.create(**{**SOURCE, "name": name, "kind": "point_of_sale", **values})


def uploaded(where: Division, by: User | None = None, **values: Any) -> Import:
    """A checked import that would write in ``where``, without rows; by the communal officer there unless told who."""
    if by is None:
        role = Assignment.objects.filter(role="communal", division=where).select_related("user").first()
        by = role.user if role is not None else None
    made = {"kind": "places", "state": "checked", "file_name": "mẫu.xlsx", "file_size": 1, "file_hash": "0" * 64}
    made["spots"] = [[where.parent_id, where.pk]]
    return Import.objects.create(**{**made, "created_by": by, **values})


def sells(at: Place, what: Product, role: str = "sells", **values: Any) -> PlaceProduct:
    return PlaceProduct.objects.create(place=at, product=what, role=role, **values)
