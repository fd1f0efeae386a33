"""Migration operations that put a table under the kernel's triggers: change log, versions, public ids.

Each returns SQL with its reverse for ``migrations.RunSQL``; the functions themselves are in ``sql/functions.sql``.
"""

from collections.abc import Sequence

from django.db.migrations import RunSQL

_TRANSITIONS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}


def statement_triggers(table: str, name: str, call: str) -> RunSQL:
    """Create the triggers ``<table>_<name>_insert|update|delete``, each running ``call`` once per statement."""
    create, drop = [], []
    for operation, transition in _TRANSITIONS.items():
        trigger = f"{table}_{name}_{operation}"
        create.append(
            f"CREATE TRIGGER {trigger} AFTER {operation.upper()} ON {table} {transition} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {call};"
        )
        drop.append(f"DROP TRIGGER {trigger} ON {table};")
    return RunSQL("\n".join(create), "\n".join(drop))


def log_changes(table: str, collection: str, also: Sequence[str] = (), id_column: str = "public_id") -> RunSQL:
    """Log changes of ``table`` under ``collection``; ``also`` names collections whose answers show it as well."""
    return statement_triggers(table, "log", f"spatial_log_change('{collection}', '{id_column}', '{','.join(also)}')")


def raise_version(table: str) -> RunSQL:
    """Raise the record's ``version`` and ``updated_at`` on every update of ``table``."""
    return RunSQL(
        f"CREATE TRIGGER {table}_version BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION spatial_raise_version();",
        f"DROP TRIGGER {table}_version ON {table};",
    )


def touch_parent(table: str, parent: str, key: str) -> RunSQL:
    """Raise the version of the parent record when its part in ``table`` changes."""
    return statement_triggers(table, "touch", f"spatial_touch_parent('{parent}', '{key}')")


def enter_namespace(table: str) -> RunSQL:
    """Let the database refuse a ``public_id`` of ``table`` that is not in the one namespace."""
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_public_id_known "
        "FOREIGN KEY (public_id) REFERENCES spatial_publicid (id) DEFERRABLE INITIALLY DEFERRED;",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_public_id_known;",
    )
