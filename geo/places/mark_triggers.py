"""Which statement on which table changes which marks and texts of places: the triggers of ``sql/keep_marks.sql``."""

from dataclasses import dataclass
from pathlib import Path

FUNCTIONS = (Path(__file__).parent / "sql" / "keep_marks.sql").read_text(encoding="utf-8")
DROP_FUNCTIONS = """
    DROP FUNCTION places_wrong_marks();
    DROP FUNCTION places_truncate_marks();
    DROP FUNCTION places_forget_marks();
    DROP FUNCTION places_keep_marks();
    DROP FUNCTION places_follow(bigint[], bigint[]);
"""
TRANSITIONS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}
_OF_PRODUCTS = "SELECT part.place_id FROM places_placeproduct AS part WHERE part.product_id IN ({products})"
_OF_SUBJECTS = _OF_PRODUCTS.format(
    products="SELECT product.id FROM catalog_product AS product WHERE product.public_id IN ({subjects})"
)
_OCOP_SUBJECTS = "SELECT subject_id FROM {rows} WHERE scheme_id = 'OCOP'"
# Certificates of places themselves, which single records show.
_CERTIFIED = "SELECT place.id FROM places_place AS place WHERE place.public_id IN ({subjects})"
_SUBJECTS = "SELECT subject_id FROM {rows}"
_IN_ANOTHER_ORDER = (
    "SELECT subject_id FROM catalog_certificate WHERE scheme_id IN (SELECT code FROM new_rows JOIN old_rows"
    " USING (code) WHERE new_rows.position <> old_rows.position)"
)
_BY_YEAR_ALONE = "SELECT subject_id FROM catalog_certificate WHERE scheme_id IN ({schemes}) AND valid_until IS NULL"
_UNDER_CODES = _OF_PRODUCTS.format(
    products="SELECT product.id FROM catalog_product AS product"
    " JOIN catalog_productcategory AS own ON own.id = product.category_id"
    " JOIN ({codes}) AS changed (code) ON own.code = changed.code OR own.code LIKE changed.code || '.%'"
)


@dataclass(frozen=True)
class Following:
    """What follows from one kind of statement on one table: SQL for the places to mark anew, and to tell anew."""

    table: str
    operation: str
    marked: str = ""
    told: str = ""

    def create(self) -> str:
        """Return the statement that creates the trigger."""
        arguments = ", ".join("'" + sql.replace("'", "''") + "'" for sql in (self.marked, self.told))
        return (
            f"CREATE OR REPLACE TRIGGER {self.table}_marks_{self.operation}"
            f" AFTER {self.operation.upper()} ON {self.table}"
            f" {TRANSITIONS[self.operation]} FOR EACH STATEMENT EXECUTE FUNCTION places_keep_marks({arguments});"
        )


def changed(*columns: str) -> str:
    """Return SQL for the ids of the updated rows of which one of the columns differs."""
    new, old = (", ".join(f"{side}.{column}" for column in columns) for side in ("new_row", "old_row"))
    return (
        "SELECT new_row.id FROM new_rows AS new_row JOIN old_rows AS old_row USING (id)"
        f" WHERE ROW({new}) IS DISTINCT FROM ROW({old})"
    )


def both(sql: str) -> str:
    """Return SQL about ``{rows}`` for the rows as they were and as they are."""
    return f"{sql.format(rows='new_rows')} UNION {sql.format(rows='old_rows')}"


_NEW_PARTS = "SELECT place_id FROM new_rows"
_MOVED_PARTS = (
    "SELECT unnest(ARRAY[new_row.place_id, old_row.place_id]) FROM new_rows AS new_row"
    " JOIN old_rows AS old_row USING (id)"
    " WHERE ROW(new_row.place_id, new_row.product_id) IS DISTINCT FROM ROW(old_row.place_id, old_row.product_id)"
)
_CODES = "SELECT code FROM {rows}"
_CHANGED_CODES = (
    "SELECT unnest(ARRAY[new_row.code, old_row.code]) FROM new_rows AS new_row"
    " JOIN old_rows AS old_row USING (id) WHERE new_row.code <> old_row.code"
)
_OF_DIVISION = (
    "SELECT place.id FROM places_place AS place JOIN ({changed}) AS changed (id) ON place.province_id = changed.id"
    " UNION ALL"
    " SELECT place.id FROM places_place AS place JOIN ({changed}) AS changed (id) ON place.commune_id = changed.id"
)

FOLLOWINGS: tuple[Following, ...] = (
    Following("places_place", "insert", marked="SELECT id FROM new_rows"),
    Following(
        "places_place",
        "update",
        marked=changed(
            *("public_id", "name", "kind", "status", "province_id", "commune_id", "location_accuracy"),
            "location::bytea",
        ),
        # Any change of the row may show, also one that a part of the aggregate makes by raising the version.
        # What moved there names it.
        told="SELECT id FROM new_rows UNION ALL SELECT place.id FROM places_place AS place"
        f" WHERE place.moved_to_id IS NOT NULL AND place.moved_to_id IN ({changed('public_id')})",
    ),
    Following("places_placeproduct", "insert", marked=_NEW_PARTS),
    Following("places_placeproduct", "update", marked=_MOVED_PARTS, told=both("SELECT place_id FROM {rows}")),
    Following("places_placeproduct", "delete", marked="SELECT place_id FROM old_rows"),
    # A product may come after the places that refer to it: foreign keys are checked at the end.
    Following("catalog_product", "insert", marked=_OF_PRODUCTS.format(products="SELECT id FROM new_rows")),
    Following(
        "catalog_product",
        "update",
        marked=_OF_PRODUCTS.format(products=changed("public_id", "category_id")),
        told=_OF_PRODUCTS.format(products=changed("name")),
    ),
    Following(
        "catalog_producer",
        "update",
        told="SELECT place.id FROM places_place AS place WHERE place.producer_id IN ("
        + changed("public_id", "name", "kind", "contact_consent_on")
        + ")",
    ),
    Following(
        "catalog_certificate",
        "insert",
        marked=_OF_SUBJECTS.format(subjects=_OCOP_SUBJECTS.format(rows="new_rows")),
        told=_CERTIFIED.format(subjects=_SUBJECTS.format(rows="new_rows")),
    ),
    Following(
        "catalog_certificate",
        "update",
        marked=_OF_SUBJECTS.format(subjects=both(_OCOP_SUBJECTS)),
        told=_CERTIFIED.format(subjects=both(_SUBJECTS)),
    ),
    Following(
        "catalog_certificate",
        "delete",
        marked=_OF_SUBJECTS.format(subjects=_OCOP_SUBJECTS.format(rows="old_rows")),
        told=_CERTIFIED.format(subjects=_SUBJECTS.format(rows="old_rows")),
    ),
    *(
        Following(
            "catalog_certificatescheme",
            operation,
            marked=_OF_SUBJECTS.format(subjects=_BY_YEAR_ALONE.format(schemes=schemes)),
            told=told,
        )
        for operation, schemes, told in (
            ("insert", "SELECT code FROM new_rows WHERE code = 'OCOP'", ""),
            (
                "update",
                "SELECT code FROM new_rows JOIN old_rows USING (code) WHERE code = 'OCOP'"
                " AND new_rows.validity_months IS DISTINCT FROM old_rows.validity_months",
                _CERTIFIED.format(subjects=_IN_ANOTHER_ORDER),
            ),
        )
    ),
    Following("catalog_productcategory", "insert", marked=_UNDER_CODES.format(codes=_CODES.format(rows="new_rows"))),
    Following("catalog_productcategory", "update", marked=_UNDER_CODES.format(codes=_CHANGED_CODES)),
    Following("catalog_productcategory", "delete", marked=_UNDER_CODES.format(codes=_CODES.format(rows="old_rows"))),
    Following(
        "divisions_division",
        "update",
        told=_OF_DIVISION.format(changed=changed("code", "full_name")),
    ),
    Following(
        "places_openingschedule",
        "update",
        told="SELECT place.id FROM places_place AS place WHERE place.schedule_id IN (" + changed("expression") + ")",
    ),
)

_TRUNCATED = (
    "places_place",
    "places_placeproduct",
    "catalog_certificate",
)


def follow() -> str:
    """Return the SQL that creates the triggers of ``FOLLOWINGS``, or makes those that are there anew."""
    return "\n".join(one.create() for one in FOLLOWINGS)


def create() -> str:
    """Return the SQL that creates functions and triggers."""
    triggers = [follow()]
    triggers.append(
        "CREATE TRIGGER places_place_marks_delete AFTER DELETE ON places_place REFERENCING OLD TABLE AS old_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION places_forget_marks();"
    )
    triggers += [
        f"CREATE TRIGGER {table}_marks_truncate AFTER TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION places_truncate_marks();"
        for table in _TRUNCATED
    ]
    return "\n".join([FUNCTIONS, *triggers])


def drop() -> str:
    """Return the SQL that drops them."""
    names = [(one.table, one.operation) for one in FOLLOWINGS]
    names += [("places_place", "delete"), *((table, "truncate") for table in _TRUNCATED)]
    triggers = [f"DROP TRIGGER {table}_marks_{operation} ON {table};" for table, operation in names]
    return "\n".join([*triggers, DROP_FUNCTIONS])
