"""Log changes of divisions under the collections that publish them (provinces, communes) and raise ``divisions``.

A new boundary is a change of its division.
"""

from django.db import migrations

from geo.spatial.triggers import statement_triggers

FUNCTIONS = """
CREATE FUNCTION divisions_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rows_name text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END;
BEGIN
    EXECUTE format($log$
        INSERT INTO spatial_change (transaction, collection, feature_id, operation)
        SELECT spatial_transaction(), lower(level) || 's', code, $1
          FROM %I WHERE level <> 'DISTRICT' ORDER BY valid_from NULLS FIRST, code
        $log$, rows_name) USING left(TG_OP, 1);
    EXECUTE format($mark$
        INSERT INTO spatial_changedcollection (transaction, collection)
        SELECT DISTINCT spatial_transaction(), touched.name
          FROM %I AS changed, LATERAL (VALUES ('divisions'), (lower(changed.level) || 's')) AS touched (name)
         WHERE touched.name <> 'districts'
        ON CONFLICT (transaction, collection) DO NOTHING
        $mark$, rows_name);
    RETURN NULL;
END $$;

CREATE FUNCTION divisions_boundary_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE divisions_division SET source = source WHERE id IN (SELECT division_id FROM old_rows);
    ELSE
        UPDATE divisions_division SET source = source WHERE id IN (SELECT division_id FROM new_rows);
    END IF;
    RETURN NULL;
END $$;
"""

DROP = """
DROP FUNCTION divisions_boundary_changed();
DROP FUNCTION divisions_log_change();
"""


class Migration(migrations.Migration):
    """Two trigger functions and the triggers of two tables."""

    dependencies = [("divisions", "0003_contexts"), ("spatial", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        statement_triggers("divisions_division", "log", "divisions_log_change()"),
        statement_triggers("divisions_divisionboundary", "changed", "divisions_boundary_changed()"),
    ]
