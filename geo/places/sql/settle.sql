-- Writers who never wait for each other over what is derived (places_placesearch, places_mark, places_feature), and derived
-- rows that are right whoever commits last. Facts are locked by their editors alone. What is derived from them is refreshed by the statement that
-- changes them, passing over rows that another transaction holds: they stay noted in places_late. At commit, under the lock
-- of the version of places, which all writers take one after the other, each looks who committed meanwhile: what both have
-- touched is refreshed once more, since neither saw the other's facts; and so is what stayed noted.

-- Places whose derived rows depend on what these transactions changed: their places, and those of their products,
-- certificates and producers.
CREATE OR REPLACE FUNCTION places_touched(transactions uuid[]) RETURNS TABLE (place_id bigint)
LANGUAGE sql STABLE AS $$
    WITH change AS MATERIALIZED (
        SELECT collection, feature_id FROM spatial_change
        WHERE transaction = ANY (transactions) AND collection IN ('places', 'products', 'producers', 'certificates')
    ), subject AS (
        SELECT feature_id FROM change WHERE collection = 'products'
        UNION
        SELECT certificate.subject_id FROM change
        JOIN catalog_certificate AS certificate ON certificate.id = change.feature_id::bigint
        WHERE change.collection = 'certificates'
    )
    SELECT place.id FROM change JOIN places_place AS place ON place.public_id = change.feature_id
    WHERE change.collection = 'places'
    UNION
    SELECT part.place_id FROM subject JOIN catalog_product AS product ON product.public_id = subject.feature_id
    JOIN places_placeproduct AS part ON part.product_id = product.id
    UNION
    SELECT place.id FROM change JOIN catalog_producer AS producer ON producer.public_id = change.feature_id
    JOIN places_place AS place ON place.producer_id = producer.id
    WHERE change.collection = 'producers'
$$;

-- Of two sides that committed about the same time the one with fewer changes: this transaction, or the others. All that an
-- import touches is not looked up behind the lock every writer waits for, only what the few have touched.
CREATE OR REPLACE FUNCTION places_fewer(mine uuid, others uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) > 1000 THEN others ELSE ARRAY[mine] END
    FROM (SELECT FROM spatial_change WHERE transaction = mine LIMIT 1001) AS change
$$;

-- Of these things, each a collection and an id, those that the transactions changed. INTERSECT reads each side once.
CREATE OR REPLACE FUNCTION places_changed(things text[], transactions uuid[]) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT array_agg(thing) FROM (
        SELECT unnest(things) AS thing
        INTERSECT
        SELECT collection || ' ' || feature_id FROM spatial_change WHERE transaction = ANY (transactions)
    ) AS changed
$$;

-- Places that both sides have touched: those of the few for which one of the things that touch a place (itself, its producer,
-- its products, their certificates) was changed by the many.
CREATE OR REPLACE FUNCTION places_touched_twice(few uuid[], many uuid[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    touched bigint[] := ARRAY(SELECT place_id FROM places_touched(few));
    place_ids bigint[];
    things text[];
    changed text[];
BEGIN
    SELECT array_agg(place_id), array_agg(thing) INTO place_ids, things FROM (
        SELECT id AS place_id, 'places ' || public_id AS thing FROM places_place WHERE id = ANY (touched)
        UNION ALL
        SELECT place.id, 'producers ' || producer.public_id FROM places_place AS place
        JOIN catalog_producer AS producer ON producer.id = place.producer_id WHERE place.id = ANY (touched)
        UNION ALL
        SELECT part.place_id, 'products ' || product.public_id FROM places_placeproduct AS part
        JOIN catalog_product AS product ON product.id = part.product_id WHERE part.place_id = ANY (touched)
        UNION ALL
        SELECT part.place_id, 'certificates ' || certificate.id FROM places_placeproduct AS part
        JOIN catalog_product AS product ON product.id = part.product_id
        JOIN catalog_certificate AS certificate ON certificate.subject_id = product.public_id
        WHERE part.place_id = ANY (touched)
    ) AS touching;
    changed := places_changed(things, many);
    RETURN CASE WHEN changed IS NULL THEN '{}' ELSE ARRAY(
        SELECT DISTINCT place_id FROM unnest(place_ids, things) AS touching (place_id, thing)
        WHERE thing IN (SELECT unnest(changed))) END;
END $$;

-- Refreshes the words of these places, but of those that another transaction holds: these are noted.
CREATE OR REPLACE FUNCTION places_refresh_free(place_ids bigint[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
DECLARE
    free bigint[];
    busy bigint[];
BEGIN
    PERFORM places_plans_for(cardinality(place_ids));
    free := ARRAY(
        SELECT place_id FROM places_placesearch WHERE place_id = ANY (place_ids) ORDER BY place_id
        FOR NO KEY UPDATE SKIP LOCKED);
    IF cardinality(free) IS DISTINCT FROM cardinality(place_ids) THEN
        -- A place without words yet is new: nobody else sees it.
        SELECT array_agg(place_id) INTO busy FROM places_placesearch WHERE place_id IN (
            SELECT unnest(place_ids) EXCEPT SELECT unnest(free));
    END IF;
    IF busy IS NULL THEN
        PERFORM places_refresh_search(place_ids);
    ELSE
        INSERT INTO places_late (place_id) SELECT unnest(busy);
        PERFORM places_refresh_search(ARRAY(SELECT unnest(place_ids) EXCEPT SELECT unnest(busy)));
    END IF;
END $$;

-- Statement trigger, as in search.sql, but that rows held by others are passed over.
CREATE OR REPLACE FUNCTION places_keep_search() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    affected text := CASE
        WHEN TG_TABLE_NAME = 'places_place' AND TG_OP = 'INSERT' THEN 'SELECT id FROM new_rows'
        WHEN TG_TABLE_NAME = 'places_place' THEN
            'SELECT new_row.id FROM new_rows AS new_row JOIN old_rows AS old_row USING (id)
             WHERE (new_row.name, new_row.producer_id, new_row.commune_id, new_row.province_id)
                IS DISTINCT FROM (old_row.name, old_row.producer_id, old_row.commune_id, old_row.province_id)'
        WHEN TG_TABLE_NAME = 'catalog_producer' THEN
            'SELECT place.id FROM places_place AS place
             JOIN new_rows AS new_row ON new_row.id = place.producer_id JOIN old_rows AS old_row ON old_row.id = new_row.id
             WHERE new_row.name <> old_row.name'
        WHEN TG_TABLE_NAME = 'catalog_product' THEN
            'SELECT part.place_id FROM places_placeproduct AS part
             JOIN new_rows AS new_row ON new_row.id = part.product_id JOIN old_rows AS old_row ON old_row.id = new_row.id
             WHERE (new_row.name, new_row.name_en) IS DISTINCT FROM (old_row.name, old_row.name_en)'
        WHEN TG_OP = 'INSERT' THEN 'SELECT place_id FROM new_rows'
        WHEN TG_OP = 'DELETE' THEN 'SELECT place_id FROM old_rows'
        ELSE 'SELECT place_id FROM new_rows UNION SELECT place_id FROM old_rows' END;
    place_ids bigint[];
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT id) FROM (%s) AS affected (id)', affected) INTO place_ids;
    IF place_ids IS NOT NULL THEN
        PERFORM places_refresh_free(place_ids);
    END IF;
    RETURN NULL;
END $$;

-- Refreshes the marks of $1 and drops the texts of $1 and $2, but of those that another transaction holds: these are noted.
-- Who stores a text holds the lock of the mark while it reads the facts (geo.places.feature_texts), so that no text is older
-- than they.
CREATE OR REPLACE FUNCTION places_follow(marked bigint[], told bigint[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
DECLARE
    every bigint[] := coalesce(marked, '{}') || coalesce(told, '{}');
    free bigint[];
    busy bigint[];
BEGIN
    IF every = '{}' THEN
        RETURN;
    END IF;
    PERFORM places_plans_for(cardinality(every));
    free := ARRAY(
        SELECT place_id FROM places_mark WHERE place_id = ANY (every) ORDER BY place_id FOR NO KEY UPDATE SKIP LOCKED);
    IF cardinality(free) IS DISTINCT FROM cardinality(every) THEN
        -- A place without a mark yet is new: nobody else sees it.
        SELECT array_agg(place_id) INTO busy FROM places_mark WHERE place_id IN (
            SELECT unnest(every) EXCEPT SELECT unnest(free));
    END IF;
    IF busy IS NOT NULL THEN
        INSERT INTO places_late (place_id) SELECT unnest(busy);
        SELECT array_agg(id) INTO marked FROM unnest(marked) AS wanted (id) WHERE id NOT IN (SELECT unnest(busy));
        SELECT array_agg(id) INTO every FROM unnest(every) AS wanted (id) WHERE id NOT IN (SELECT unnest(busy));
    END IF;
    IF marked IS NOT NULL THEN
        PERFORM places_refresh_marks(marked);
    END IF;
    DELETE FROM places_feature WHERE place_id = ANY (every);
END $$;

-- Refreshes what stayed noted, of 500 places at most. Behind the stamp of versions, or the lock it takes.
CREATE OR REPLACE FUNCTION places_settle_late(again bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH noted AS (
        DELETE FROM places_late WHERE id IN (SELECT id FROM places_late ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)
        RETURNING place_id
    )
    SELECT array_agg(DISTINCT place_id) INTO again
        FROM (SELECT place_id FROM noted UNION SELECT unnest(again)) AS wanted (place_id);
    IF cardinality(again) > 0 THEN
        PERFORM places_refresh_free(again);
        PERFORM places_follow(again, NULL);
    END IF;
END $$;

-- For who holds marks but changes no facts (texts of features): settles what was passed over because of it.
CREATE OR REPLACE FUNCTION places_settle_now() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM spatial_collectionversion WHERE collection = 'places' FOR NO KEY UPDATE;
    PERFORM places_settle_late(NULL);
END $$;

-- Deferred trigger, at commit behind spatial_stamp_versions. Who was stamped a little before this transaction began may have
-- become visible after it began. While others save there is somebody at each commit, so the plan is kept.
CREATE OR REPLACE FUNCTION places_settle() RETURNS trigger
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    others uuid[];
    few uuid[];
    again bigint[];
BEGIN
    SELECT array_agg(transaction) INTO others FROM spatial_changedcollection
        WHERE collection = 'places' AND committed_at > transaction_timestamp() - interval '2 s'
            AND transaction <> NEW.transaction;
    IF others IS NOT NULL THEN
        few := places_fewer(NEW.transaction, others);
        again := places_touched_twice(few, CASE WHEN few = others THEN ARRAY[NEW.transaction] ELSE others END);
    END IF;
    PERFORM places_settle_late(again);
    RETURN NULL;
END $$;
