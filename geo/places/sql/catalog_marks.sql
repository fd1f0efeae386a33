-- Marks of products and producers (places_catalogmark): where each is made or works, and what it is certified for. They are
-- kept as the marks of places are (keep_marks.sql, settle.sql): by the statement that changes a fact, passing over rows that
-- another transaction holds, and once more at commit where two transactions touched the same record.

-- The best known position of where a product is made, through places_placeproduct_made and the places' keys: a few rows each,
-- also where the caller's statement joins its many without nested loops (places_joins_for), which would read all places for it.
CREATE OR REPLACE FUNCTION places_made_at(product bigint) RETURNS geometry
LANGUAGE sql STABLE SET enable_nestloop = on SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
    SELECT place.location FROM places_placeproduct AS part JOIN places_place AS place ON place.id = part.place_id
    WHERE part.product_id = product AND part.role IN ('grows', 'makes', 'processes') AND place.location IS NOT NULL
    ORDER BY place.kind, place.id LIMIT 1
$$;

-- The query that makes marks: of the public ids $1 when only_some, else of all. $2 is the day of the states.
CREATE OR REPLACE FUNCTION places_catalog_mark_query(only_some boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $query$
    SELECT format($$
        WITH product AS MATERIALIZED (
            SELECT product.id, product.public_id, product.folded, product.producer_id,
                coalesce(product.category_id, 0) AS category_id, coalesce((
                    SELECT coalesce(stars, 0) * 8 + places_state(valid_from, valid_until, revoked_on, ended_on, $2)
                    FROM catalog_currentcertificate WHERE subject_id = product.public_id AND scheme_id = 'OCOP'
                ), 0) AS quality
            FROM catalog_product AS product %s
        ), node AS MATERIALIZED (
            -- As in places_mark_query.
            SELECT category.id AS category_id, 2 + min(above.id) AS node
            FROM catalog_productcategory AS category
            CROSS JOIN LATERAL generate_series(1, cardinality(string_to_array(category.code, '.'))) AS depth
            JOIN catalog_productcategory AS above
                ON above.code = array_to_string((string_to_array(category.code, '.'))[1:depth], '.')
            WHERE category.id IN (SELECT category_id FROM product)
            GROUP BY category.id, above.code
            UNION ALL SELECT id, 0 FROM catalog_productcategory
            UNION ALL SELECT 0, 0
            UNION ALL SELECT 0, 1
        ), atom AS MATERIALIZED (
            SELECT product.id AS product_id, product.producer_id, (node.node * 64 + kept.quality)::int AS atom
            FROM product JOIN node USING (category_id) CROSS JOIN LATERAL (VALUES (product.quality), (63)) AS kept (quality)
        )
        SELECT product.public_id, 'product', product.id, product.folded, places_made_at(product.id), shelf.atoms
        FROM product
        JOIN (SELECT product_id, array_agg(DISTINCT atom) AS atoms FROM atom GROUP BY product_id) AS shelf
            ON shelf.product_id = product.id
        %s
        UNION ALL
        SELECT producer.public_id, 'producer', producer.id, producer.folded, site.location, coalesce(shelf.atoms, '{}')
        FROM catalog_producer AS producer
        LEFT JOIN (SELECT producer_id, array_agg(DISTINCT atom) AS atoms FROM atom GROUP BY producer_id) AS shelf
            ON shelf.producer_id = producer.id
        LEFT JOIN LATERAL (
            SELECT location FROM places_place
            WHERE producer_id = producer.id AND kind <> 'point_of_sale' AND location IS NOT NULL ORDER BY kind, id LIMIT 1
        ) AS site ON true
        %s
    $$, CASE WHEN only_some THEN 'WHERE product.id IN (
                SELECT id FROM catalog_product WHERE public_id = ANY ($1)
                UNION ALL
                SELECT made.id FROM catalog_product AS made JOIN catalog_producer AS maker ON maker.id = made.producer_id
                WHERE maker.public_id = ANY ($1))' END,
        CASE WHEN only_some THEN 'WHERE product.public_id = ANY ($1)' END,
        CASE WHEN only_some THEN 'WHERE producer.public_id = ANY ($1)' END)
$query$;

-- Makes the marks of these products and producers anew; one that stays equal is not written.
DO $do$
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION places_refresh_catalog_marks(public_ids varchar[]) RETURNS void
        LANGUAGE plpgsql SET plan_cache_mode = auto SET enable_nestloop = on AS %L', format($body$
DECLARE
    rolled_day date := places_rolled_day();
BEGIN
    PERFORM places_plans_for(cardinality(public_ids));
    PERFORM places_joins_for(cardinality(public_ids));
    INSERT INTO places_catalogmark AS mark (public_id, kind, record_id, folded, location, atoms)
        SELECT * FROM (%s) AS fact (public_id, kind, record_id, folded, location, atoms) ORDER BY public_id
    ON CONFLICT (public_id) DO UPDATE SET (kind, record_id, folded, location, atoms) = (excluded.kind, excluded.record_id,
            excluded.folded, excluded.location, excluded.atoms)
        WHERE (mark.kind, mark.record_id, mark.folded, mark.location::bytea, mark.atoms) IS DISTINCT FROM (excluded.kind,
            excluded.record_id, excluded.folded, excluded.location::bytea, excluded.atoms);
END $body$, replace(replace(places_catalog_mark_query(true), '$2', 'rolled_day'), '$1', 'public_ids')));
END $do$;

-- Makes all marks anew, in the order of lists. Nobody else writes the catalogue or places meanwhile.
CREATE OR REPLACE FUNCTION places_rebuild_catalog_marks() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    LOCK TABLE places_catalogmark IN EXCLUSIVE MODE;
    TRUNCATE places_catalogmark;
    EXECUTE 'INSERT INTO places_catalogmark (public_id, kind, record_id, folded, location, atoms) SELECT * FROM ('
        || places_catalog_mark_query(false) || ') AS fact (public_id, kind, record_id, folded, location, atoms)
        ORDER BY kind, folded, public_id' USING NULL::varchar[], places_rolled_day();
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;

-- How many marks are not what the facts say, are missing or are left over.
CREATE OR REPLACE FUNCTION places_wrong_catalog_marks() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM (' || places_catalog_mark_query(false) || ') AS fact (public_id, kind, record_id, folded,
            location, atoms)
        FULL JOIN places_catalogmark AS mark USING (public_id)
        WHERE (mark.kind, mark.record_id, mark.folded, mark.location::bytea, mark.atoms)
            IS DISTINCT FROM (fact.kind, fact.record_id, fact.folded, fact.location::bytea, fact.atoms)'
    INTO wrong USING NULL::varchar[], places_rolled_day();
    RETURN wrong;
END $$;

-- Refreshes these marks, but of those that another transaction holds: these are noted in places_latecatalog.
CREATE OR REPLACE FUNCTION places_follow_catalog(public_ids varchar[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = auto AS $$
DECLARE
    free varchar[];
    busy varchar[];
BEGIN
    IF coalesce(cardinality(public_ids), 0) = 0 THEN
        RETURN;
    END IF;
    PERFORM places_plans_for(cardinality(public_ids));
    free := ARRAY(
        SELECT public_id FROM places_catalogmark WHERE public_id = ANY (public_ids) ORDER BY public_id
        FOR NO KEY UPDATE SKIP LOCKED);
    IF cardinality(free) <> cardinality(public_ids) THEN
        -- A record without a mark yet is new: nobody else sees it.
        busy := ARRAY(SELECT public_id FROM places_catalogmark WHERE public_id IN (
            SELECT unnest(public_ids) EXCEPT SELECT unnest(free)));
        INSERT INTO places_latecatalog (public_id) SELECT unnest(busy);
        public_ids := ARRAY(SELECT unnest(public_ids) EXCEPT SELECT unnest(busy));
    END IF;
    PERFORM places_refresh_catalog_marks(public_ids);
END $$;

-- Public ids of these products with their producers, and of these producers.
CREATE OR REPLACE FUNCTION places_catalog_ids(products bigint[], producers bigint[]) RETURNS varchar[]
LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT public_id FROM catalog_product WHERE id = ANY (products)
        UNION
        SELECT public_id FROM catalog_producer WHERE id IN (
            SELECT producer_id FROM catalog_product WHERE id = ANY (products) UNION SELECT unnest(producers)))
$$;

-- Statement trigger. TG_ARGV: SQL for the products and for the producers whose marks change; either may be empty. They read
-- the transition tables new_rows and old_rows.
CREATE OR REPLACE FUNCTION places_keep_catalog_marks() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    products bigint[];
    producers bigint[];
BEGIN
    IF TG_ARGV[0] <> '' THEN
        EXECUTE format('SELECT array_agg(DISTINCT id) FROM (%s) AS affected (id)', TG_ARGV[0]) INTO products;
    END IF;
    IF TG_ARGV[1] <> '' THEN
        EXECUTE format('SELECT array_agg(DISTINCT id) FROM (%s) AS affected (id)', TG_ARGV[1]) INTO producers;
    END IF;
    IF products IS NOT NULL OR producers IS NOT NULL THEN
        PERFORM places_follow_catalog(places_catalog_ids(products, producers));
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION places_forget_catalog_marks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'DELETE FROM places_catalogmark WHERE public_id IN (SELECT public_id FROM old_rows)';
    RETURN NULL;
END $$;

-- After a TRUNCATE: nothing tells which rows there were.
CREATE OR REPLACE FUNCTION places_truncate_catalog_marks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM places_catalogmark) THEN
        PERFORM places_rebuild_catalog_marks();
    END IF;
    RETURN NULL;
END $$;

-- Public ids of the products and producers whose marks depend on what these transactions changed.
CREATE OR REPLACE FUNCTION places_catalog_touched(transactions uuid[]) RETURNS TABLE (public_id varchar)
LANGUAGE sql STABLE AS $$
    WITH change AS MATERIALIZED (
        SELECT collection, feature_id FROM spatial_change
        WHERE transaction = ANY (transactions) AND collection IN ('places', 'products', 'producers', 'certificates')
    ), place AS MATERIALIZED (
        SELECT place.id, place.producer_id FROM change JOIN places_place AS place ON place.public_id = change.feature_id
        WHERE change.collection = 'places'
    ), product AS MATERIALIZED (
        SELECT product.public_id, product.producer_id FROM change
        JOIN catalog_product AS product ON product.public_id = change.feature_id
        WHERE change.collection = 'products'
        UNION
        SELECT product.public_id, product.producer_id FROM change
        JOIN catalog_certificate AS certificate ON certificate.id = change.feature_id::bigint
        JOIN catalog_product AS product ON product.public_id = certificate.subject_id
        WHERE change.collection = 'certificates'
        UNION
        SELECT product.public_id, product.producer_id FROM place
        JOIN places_placeproduct AS part ON part.place_id = place.id AND part.role IN ('grows', 'makes', 'processes')
        JOIN catalog_product AS product ON product.id = part.product_id
    )
    SELECT public_id FROM product
    UNION
    SELECT feature_id FROM change WHERE collection = 'producers'
    UNION
    SELECT producer.public_id FROM catalog_producer AS producer
    WHERE producer.id IN (SELECT producer_id FROM product UNION SELECT producer_id FROM place)
$$;
