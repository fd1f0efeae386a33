-- Statement trigger on certificates: raises the version of the products, producers and places that changed ones are about,
-- once per transaction, as spatial_touch_parent does for other parts. They are locked in the order of their ids.
CREATE FUNCTION places_touch_certified() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT subject_id FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT subject_id FROM old_rows'
        ELSE 'SELECT subject_id FROM new_rows UNION SELECT subject_id FROM old_rows' END;
    subjects text[];
    parent text;
    parents bigint[];
BEGIN
    FOREACH parent IN ARRAY ARRAY['places_place', 'catalog_product', 'catalog_producer'] LOOP
        EXECUTE format(
            'SELECT array_agg(known.id::text) FROM spatial_publicid AS known WHERE known.kind = $1 AND known.id IN (%s)',
            changed) INTO subjects USING split_part(parent, '_', 2);
        CONTINUE WHEN subjects IS NULL;
        EXECUTE format(
            'SELECT array_agg(id) FROM (SELECT id FROM %I WHERE public_id = ANY ($1) ORDER BY id FOR NO KEY UPDATE) AS locked',
            parent) INTO parents USING subjects;
        EXECUTE format(
            'UPDATE %I SET version = version WHERE xmin <> pg_current_xact_id()::xid AND id = ANY ($1)', parent)
            USING parents;
    END LOOP;
    RETURN NULL;
END $$;
