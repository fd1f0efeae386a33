-- Statement trigger: writes the history of the changed rows with the actor, reason and batch of the audit context.
-- Updates that change nothing but version and updated_at (a part of the aggregate changed) are told by that part.
CREATE FUNCTION access_record_history() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    actor_id bigint := nullif(current_setting('ocopmap.actor', true), '')::bigint;
    why text := coalesce(current_setting('ocopmap.reason', true), '');
    batch_name text := coalesce(current_setting('ocopmap.batch', true), '');
    unchanged constant text[] := ARRAY['version', 'updated_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO access_recordversion ("table", record, operation, actor, reason, batch, at, transaction)
            SELECT TG_TABLE_NAME, id::text, 'I', actor_id, why, batch_name, now(), spatial_transaction() FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO access_recordversion ("table", record, operation, before, actor, reason, batch, at, transaction)
            SELECT TG_TABLE_NAME, id::text, 'D', to_jsonb(old_rows), actor_id, why, batch_name, now(), spatial_transaction()
            FROM old_rows;
    ELSE
        -- Planned anew each time: a plan kept from a single row would join a thousand rows by a nested loop.
        EXECUTE $join$
            INSERT INTO access_recordversion
                ("table", record, operation, before, after, actor, reason, batch, at, transaction)
            SELECT $1, difference.id::text, 'U', difference.before, difference.after, $2, $3, $4, now(), $5
            FROM (
                SELECT changed.id, jsonb_object_agg(key, changed.before -> key) AS before,
                    jsonb_object_agg(key, value) AS after
                FROM (
                    SELECT old_row.id, to_jsonb(old_row) - $6 AS before, to_jsonb(new_row) - $6 AS after
                    FROM old_rows AS old_row JOIN new_rows AS new_row USING (id)
                    WHERE old_row IS DISTINCT FROM new_row
                    -- Kept apart: else each row is turned into JSON anew for every one of its columns.
                    OFFSET 0
                ) AS changed
                CROSS JOIN LATERAL jsonb_each(changed.after)
                WHERE value IS DISTINCT FROM changed.before -> key
                GROUP BY changed.id
            ) AS difference
        $join$ USING TG_TABLE_NAME, actor_id, why, batch_name, spatial_transaction(), unchanged;
    END IF;
    RETURN NULL;
END $$;
