-- Statement trigger: writes the history of the changed rows with the actor, reason and batch of the audit context.
-- Arguments: the column of the primary key (id without one), then columns that are never kept (secrets, and what is derived).
-- Updates that change nothing but version and updated_at (a part of the aggregate changed) are told by that part.
CREATE FUNCTION access_record_history() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    actor_id bigint := nullif(current_setting('ocopmap.actor', true), '')::bigint;
    why text := coalesce(current_setting('ocopmap.reason', true), '');
    batch_name text := coalesce(current_setting('ocopmap.batch', true), '');
    key_column text := coalesce(TG_ARGV[0], 'id');
    without text[] := coalesce(TG_ARGV[1:], '{}');
    unchanged constant text[] := ARRAY['version', 'updated_at'];
BEGIN
    -- Planned anew each time: a plan kept from a single row would join a thousand rows by a nested loop.
    IF TG_OP = 'INSERT' THEN
        EXECUTE format($insert$
            INSERT INTO access_recordversion ("table", record, operation, actor, reason, batch, at, transaction)
            SELECT $1, %I::text, 'I', $2, $3, $4, now(), $5 FROM new_rows
        $insert$, key_column) USING TG_TABLE_NAME, actor_id, why, batch_name, spatial_transaction();
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format($delete$
            INSERT INTO access_recordversion ("table", record, operation, before, actor, reason, batch, at, transaction)
            SELECT $1, %I::text, 'D', to_jsonb(old_rows) - $6, $2, $3, $4, now(), $5 FROM old_rows
        $delete$, key_column) USING TG_TABLE_NAME, actor_id, why, batch_name, spatial_transaction(), without;
    ELSE
        EXECUTE format($join$
            INSERT INTO access_recordversion
                ("table", record, operation, before, after, actor, reason, batch, at, transaction)
            SELECT $1, difference.key_value::text, 'U', difference.before, difference.after, $2, $3, $4, now(), $5
            FROM (
                SELECT changed.key_value, jsonb_object_agg(key, changed.before -> key) AS before,
                    jsonb_object_agg(key, value) AS after
                FROM (
                    SELECT %1$I AS key_value, to_jsonb(old_row) - $6 AS before, to_jsonb(new_row) - $6 AS after
                    FROM old_rows AS old_row JOIN new_rows AS new_row USING (%1$I)
                    WHERE old_row IS DISTINCT FROM new_row
                    -- Kept apart: else each row is turned into JSON anew for every one of its columns.
                    OFFSET 0
                ) AS changed
                CROSS JOIN LATERAL jsonb_each(changed.after)
                WHERE value IS DISTINCT FROM changed.before -> key
                GROUP BY changed.key_value
            ) AS difference
        $join$, key_column) USING TG_TABLE_NAME, actor_id, why, batch_name, spatial_transaction(), unchanged || without;
    END IF;
    RETURN NULL;
END $$;
