"""The function that takes values out of the history: what a column held becomes a mark, that it held something stays."""

from django.db import migrations

SCRUBBED = """
CREATE FUNCTION stewardship_scrubbed(held jsonb, keys text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN held IS NULL THEN NULL ELSE (
        SELECT coalesce(jsonb_object_agg(key, CASE
            WHEN key <> ALL (keys) OR value IN ('null', '""', '[]', '{}') THEN value
            ELSE '"[xoá]"' END), '{}')
        FROM jsonb_each(held)) END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("stewardship", "0007_doubts")]
    operations = [migrations.RunSQL(SCRUBBED, "DROP FUNCTION stewardship_scrubbed(jsonb, text[]);")]
