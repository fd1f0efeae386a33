"""Which statement changes which marks of products and producers: the triggers of ``sql/catalog_marks.sql``."""

from dataclasses import dataclass
from pathlib import Path

from geo.places.mark_triggers import TRANSITIONS, both, changed

_SQL = Path(__file__).parent / "sql"
FILES = ("catalog_marks", "settle_catalog")
FUNCTIONS = "\n".join((_SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES)
DROP_FUNCTIONS = """
    DROP FUNCTION places_settle_catalog() CASCADE;
    DROP FUNCTION places_catalog_touched_twice(uuid[], uuid[]);
    DROP FUNCTION places_catalog_touched(uuid[]);
    DROP FUNCTION places_truncate_catalog_marks();
    DROP FUNCTION places_forget_catalog_marks();
    DROP FUNCTION places_keep_catalog_marks();
    DROP FUNCTION places_catalog_ids(bigint[], bigint[]);
    DROP FUNCTION places_follow_catalog(varchar[]);
    DROP FUNCTION places_wrong_catalog_marks();
    DROP FUNCTION places_rebuild_catalog_marks();
    DROP FUNCTION places_refresh_catalog_marks(varchar[]);
    DROP FUNCTION places_catalog_mark_query(boolean);
    DROP FUNCTION places_made_at(bigint);
"""
_SETTLE = """
    CREATE CONSTRAINT TRIGGER spatial_stamped_places_settle_catalog AFTER INSERT ON spatial_changedcollection
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.collection = 'places')
        EXECUTE FUNCTION places_settle_catalog();
"""
_OF_SUBJECTS = "SELECT id FROM catalog_product WHERE public_id IN ({subjects})"
_OCOP_SUBJECTS = "SELECT subject_id FROM {rows} WHERE scheme_id = 'OCOP'"
_BY_YEAR_ALONE = (
    "SELECT subject_id FROM catalog_certificate WHERE valid_until IS NULL"
    " AND scheme_id IN (SELECT code FROM new_rows WHERE code = 'OCOP')"
)
_UNDER_CODES = (
    "SELECT product.id FROM catalog_product AS product"
    " JOIN catalog_productcategory AS own ON own.id = product.category_id"
    " JOIN ({codes}) AS changed (code) ON own.code = changed.code OR own.code LIKE changed.code || '.%'"
)
_CODES = "SELECT code FROM {rows}"
_MADE = "SELECT product_id FROM {rows} WHERE role <> 'sells'"
_MADE_AT = "SELECT product_id FROM places_placeproduct WHERE role <> 'sells' AND place_id IN ({places})"
_WORKING = "SELECT producer_id FROM {rows} WHERE producer_id IS NOT NULL"
_MOVED = changed("kind", "producer_id", "location::bytea")
_WORKED = "SELECT producer_id FROM {rows} WHERE producer_id IS NOT NULL AND id IN (" + _MOVED + ")"


@dataclass(frozen=True)
class Follows:
    """What follows from one kind of statement on one table: SQL for the products and the producers to mark anew."""

    table: str
    operation: str
    products: str = ""
    producers: str = ""

    def create(self) -> str:
        """Return the statement that creates the trigger."""
        arguments = ", ".join("'" + sql.replace("'", "''") + "'" for sql in (self.products, self.producers))
        return (
            f"CREATE TRIGGER {self.table}_makers_{self.operation} AFTER {self.operation.upper()} ON {self.table}"
            f" {TRANSITIONS[self.operation]} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION places_keep_catalog_marks({arguments});"
        )


_REVISED = changed("public_id", "name", "category_id", "producer_id")

FOLLOWS: tuple[Follows, ...] = (
    Follows("catalog_product", "insert", products="SELECT id FROM new_rows"),
    Follows(
        "catalog_product",
        "update",
        products=_REVISED,
        producers=f"SELECT producer_id FROM old_rows WHERE producer_id IS NOT NULL AND id IN ({_REVISED})",
    ),
    Follows("catalog_product", "delete", producers=_WORKING.format(rows="old_rows")),
    Follows("catalog_producer", "insert", producers="SELECT id FROM new_rows"),
    Follows("catalog_producer", "update", producers=changed("public_id", "name")),
    Follows(
        "catalog_certificate",
        "insert",
        products=_OF_SUBJECTS.format(subjects=_OCOP_SUBJECTS.format(rows="new_rows")),
    ),
    Follows("catalog_certificate", "update", products=_OF_SUBJECTS.format(subjects=both(_OCOP_SUBJECTS))),
    Follows(
        "catalog_certificate",
        "delete",
        products=_OF_SUBJECTS.format(subjects=_OCOP_SUBJECTS.format(rows="old_rows")),
    ),
    Follows("catalog_certificatescheme", "insert", products=_OF_SUBJECTS.format(subjects=_BY_YEAR_ALONE)),
    Follows("catalog_certificatescheme", "update", products=_OF_SUBJECTS.format(subjects=_BY_YEAR_ALONE)),
    Follows("catalog_productcategory", "insert", products=_UNDER_CODES.format(codes=_CODES.format(rows="new_rows"))),
    Follows("catalog_productcategory", "update", products=_UNDER_CODES.format(codes=both(_CODES))),
    Follows("catalog_productcategory", "delete", products=_UNDER_CODES.format(codes=_CODES.format(rows="old_rows"))),
    # A part may come before its place, a product after both: foreign keys are checked at the end.
    Follows(
        "places_place",
        "insert",
        products=_MADE_AT.format(places="SELECT id FROM new_rows"),
        producers=_WORKING.format(rows="new_rows"),
    ),
    Follows("places_place", "update", products=_MADE_AT.format(places=_MOVED), producers=both(_WORKED)),
    Follows(
        "places_place",
        "delete",
        products=_MADE_AT.format(places="SELECT id FROM old_rows"),
        producers=_WORKING.format(rows="old_rows"),
    ),
    Follows("places_placeproduct", "insert", products=_MADE.format(rows="new_rows")),
    Follows(
        "places_placeproduct",
        "update",
        products="SELECT unnest(ARRAY[new_row.product_id, old_row.product_id]) FROM new_rows AS new_row"
        " JOIN old_rows AS old_row USING (id) WHERE ROW(new_row.place_id, new_row.product_id, new_row.role)"
        " IS DISTINCT FROM ROW(old_row.place_id, old_row.product_id, old_row.role)",
    ),
    Follows("places_placeproduct", "delete", products=_MADE.format(rows="old_rows")),
)

_KINDS = ("catalog_product", "catalog_producer")
_TRUNCATED = ("places_place", "places_placeproduct", "catalog_certificate", *_KINDS)


def create() -> str:
    """Return the SQL that creates functions and triggers."""
    triggers = [one.create() for one in FOLLOWS]
    triggers += [
        f"CREATE TRIGGER {table}_makers_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION places_forget_catalog_marks();"
        for table in _KINDS
    ]
    triggers += [
        f"CREATE TRIGGER {table}_makers_truncate AFTER TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION places_truncate_catalog_marks();"
        for table in _TRUNCATED
    ]
    return "\n".join([FUNCTIONS, *triggers, _SETTLE])


def drop() -> str:
    """Return the SQL that drops them."""
    names = [(one.table, one.operation) for one in FOLLOWS]
    names += [*((table, "gone") for table in _KINDS), *((table, "truncate") for table in _TRUNCATED)]
    triggers = [f"DROP TRIGGER {table}_makers_{name} ON {table};" for table, name in names]
    return "\n".join([*triggers, DROP_FUNCTIONS])
