-- Statement trigger on a part of an aggregate: raises the version of the parents (table TG_ARGV[0], key TG_ARGV[1] of the
-- part) once per transaction. Parents written by this very transaction have been noted already. The parents are locked in the
-- order of their ids, so that two statements about the same ones can't wait for each other.
CREATE OR REPLACE FUNCTION spatial_touch_parent() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT %I FROM new_rows', TG_ARGV[1])
        WHEN 'DELETE' THEN format('SELECT %I FROM old_rows', TG_ARGV[1])
        ELSE format('SELECT %1$I FROM new_rows UNION SELECT %1$I FROM old_rows', TG_ARGV[1]) END;
    parents bigint[];
BEGIN
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM %I WHERE id IN (%s) ORDER BY id FOR NO KEY UPDATE) AS locked',
        TG_ARGV[0], changed) INTO parents;
    EXECUTE format('UPDATE %I SET version = version WHERE xmin <> pg_current_xact_id()::xid AND id = ANY ($1)', TG_ARGV[0])
        USING parents;
    RETURN NULL;
END $$;
