-- Statement triggers that keep marks (places_mark) and drop the texts of features (places_feature) that no longer hold,
-- whatever wrote the facts: a form, the API, COPY, bulk SQL.

-- Refreshes the marks of $1 and drops the texts of $1 and $2. All rows are locked first, in the order of their ids; who
-- stores a text holds that lock while it reads the facts (geo.places.feature_texts), so that no text is older than they.
CREATE FUNCTION places_follow(marked bigint[], told bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    every bigint[] := coalesce(marked, '{}') || coalesce(told, '{}');
BEGIN
    IF every = '{}' THEN
        RETURN;
    END IF;
    -- Planned anew: the plan for one place would be a bad one for a province.
    EXECUTE 'SELECT count(*) FROM (
        SELECT FROM places_mark WHERE place_id = ANY ($1) ORDER BY place_id FOR NO KEY UPDATE) AS locked' USING every;
    IF marked IS NOT NULL THEN
        PERFORM places_refresh_marks(marked);
    END IF;
    EXECUTE 'DELETE FROM places_feature WHERE place_id = ANY ($1)' USING every;
END $$;

-- TG_ARGV: SQL for the places whose marks change, and for those of which only the text changes; either may be empty. They
-- read the transition tables new_rows and old_rows.
CREATE FUNCTION places_keep_marks() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    marked bigint[];
    told bigint[];
BEGIN
    IF TG_ARGV[0] <> '' THEN
        EXECUTE format('SELECT array_agg(DISTINCT id) FROM (%s) AS affected (id)', TG_ARGV[0]) INTO marked;
    END IF;
    IF TG_ARGV[1] <> '' THEN
        EXECUTE format('SELECT array_agg(DISTINCT id) FROM (%s) AS affected (id)', TG_ARGV[1]) INTO told;
    END IF;
    PERFORM places_follow(marked, told);
    RETURN NULL;
END $$;

CREATE FUNCTION places_forget_marks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'DELETE FROM places_feature WHERE place_id IN (SELECT id FROM old_rows)';
    EXECUTE 'DELETE FROM places_mark WHERE place_id IN (SELECT id FROM old_rows)';
    RETURN NULL;
END $$;

-- After a TRUNCATE: nothing tells which rows there were.
CREATE FUNCTION places_truncate_marks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM places_feature;
    IF NOT EXISTS (SELECT FROM places_mark) THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'places_place' THEN
        DELETE FROM places_mark;
    ELSE
        PERFORM places_refresh_marks((SELECT array_agg(place_id) FROM places_mark));
    END IF;
    RETURN NULL;
END $$;
