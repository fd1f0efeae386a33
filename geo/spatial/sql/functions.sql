-- Functions of the kernel, created by its first migration.

-- Text folding for search; agrees with geo.spatial.folding.fold. Independent of the database's locale.
CREATE FUNCTION spatial_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT trim(regexp_replace(
        lower(translate(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g'), 'đĐ', 'dd') COLLATE "C"),
        '[^a-z0-9]+', ' ', 'g'))
$$;

-- The check character of seven base-32 characters; agrees with geo.spatial.public_ids.check_character.
CREATE FUNCTION spatial_check_character(body text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    alphabet constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    state int := 0;
BEGIN
    FOR place IN 1..length(body) LOOP
        state := (state << 1) # CASE WHEN state & 16 > 0 THEN 37 ELSE 0 END;
        state := state # (strpos(alphabet, substr(body, place, 1)) - 1);
    END LOOP;
    state := (state << 1) # CASE WHEN state & 16 > 0 THEN 37 ELSE 0 END;
    RETURN substr(alphabet, state + 1, 1);
END $$;

-- A fresh public id of a kind, entered in the namespace spatial_publicid; the default of every public_id column.
CREATE FUNCTION new_public_id(record_kind text) RETURNS varchar
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    alphabet constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    body text;
    candidate text;
    bits bigint;
BEGIN
    LOOP
        bits := floor(random() * 34359738368)::bigint;
        body := '';
        FOR place IN 1..7 LOOP
            body := body || substr(alphabet, (bits & 31)::int + 1, 1);
            bits := bits >> 5;
        END LOOP;
        candidate := body || spatial_check_character(body);
        INSERT INTO spatial_publicid (id, kind) VALUES (candidate, record_kind) ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            RETURN candidate;
        END IF;
    END LOOP;
END $$;

-- The name of the running transaction in the change log; made at its first change, forgotten at its end.
CREATE FUNCTION spatial_transaction() RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    known text := current_setting('ocopmap.transaction', true);
BEGIN
    IF known IS NULL OR known = '' THEN
        known := gen_random_uuid()::text;
        PERFORM set_config('ocopmap.transaction', known, true);
    END IF;
    RETURN known::uuid;
END $$;

-- Statement trigger: logs the changed rows under TG_ARGV[0] (by the column TG_ARGV[1]) and marks that collection and those
-- of TG_ARGV[2] (comma-separated) as changed by this transaction.
CREATE FUNCTION spatial_log_change() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    rows_name text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows' ELSE 'new_rows' END;
    own text := TG_ARGV[0];
    id_column text := TG_ARGV[1];
    touched text[] := array_remove(string_to_array(own || ',' || coalesce(TG_ARGV[2], ''), ','), '');
    any_row boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', rows_name) INTO any_row;
    IF NOT any_row THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'INSERT INTO spatial_change (transaction, collection, feature_id, operation) SELECT $1, $2, %I, $3 FROM %I',
        id_column, rows_name) USING spatial_transaction(), own, left(TG_OP, 1);
    INSERT INTO spatial_changedcollection (transaction, collection)
        SELECT spatial_transaction(), name FROM unnest(touched) AS name
        ON CONFLICT (transaction, collection) DO NOTHING;
    RETURN NULL;
END $$;

-- Deferred trigger: at commit gives every changed collection its next version, in one order for all transactions, so that
-- versions become visible in commit order and two transactions can't wait for each other.
CREATE FUNCTION spatial_stamp_versions() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    name text;
    stamped bigint;
BEGIN
    FOR name IN
        SELECT collection FROM spatial_changedcollection
        WHERE transaction = NEW.transaction AND version IS NULL ORDER BY collection
    LOOP
        INSERT INTO spatial_collectionversion AS current (collection, version, changed_at)
            VALUES (name, 1, clock_timestamp())
            ON CONFLICT (collection) DO UPDATE SET version = current.version + 1, changed_at = clock_timestamp()
            RETURNING version INTO stamped;
        UPDATE spatial_changedcollection SET version = stamped, committed_at = clock_timestamp()
            WHERE transaction = NEW.transaction AND collection = name;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER spatial_stamp_versions AFTER INSERT ON spatial_changedcollection
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION spatial_stamp_versions();

-- Row trigger before update: raises the record's own version, the one of its ETag.
CREATE FUNCTION spatial_raise_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

-- Statement trigger on a part of an aggregate: raises the version of the parents (table TG_ARGV[0], key TG_ARGV[1] of the
-- part) once per transaction. Parents written by this very transaction have been noted already.
CREATE FUNCTION spatial_touch_parent() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT %I FROM new_rows', TG_ARGV[1])
        WHEN 'DELETE' THEN format('SELECT %I FROM old_rows', TG_ARGV[1])
        ELSE format('SELECT %1$I FROM new_rows UNION SELECT %1$I FROM old_rows', TG_ARGV[1]) END;
BEGIN
    EXECUTE format(
        'UPDATE %I SET version = version WHERE xmin <> pg_current_xact_id()::xid AND id IN (%s)', TG_ARGV[0], changed);
    RETURN NULL;
END $$;
