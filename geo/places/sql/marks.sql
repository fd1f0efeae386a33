-- Marks of places (places_mark): derived from the facts. geo.places.atoms has the same numbers.

-- How the caller's statements about so many places are planned: for a few the plan is kept by the connection, since planning
-- would take longer than the work; for many it is made for them. The caller is declared with SET plan_cache_mode = auto, which
-- ends the choice with the call.
CREATE OR REPLACE FUNCTION places_plans_for(places int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('plan_cache_mode', CASE WHEN places <= 20 THEN 'force_generic_plan' ELSE 'force_custom_plan' END, true);
END $$;

-- How the caller's statements join so many places: many are never looked at one by one for each of as many others, which the
-- planner thinks best where it takes tables for empty that were just filled (20,000 places took three minutes). The caller is
-- declared with SET enable_nestloop = on, which ends the choice with the call.
CREATE OR REPLACE FUNCTION places_joins_for(places int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('enable_nestloop', CASE WHEN places <= 20 THEN 'on' ELSE 'off' END, true);
END $$;

-- The day whose certificate states the marks show: the last day rolled, or today while none has been.
CREATE OR REPLACE FUNCTION places_rolled_day() RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT max(day) FROM places_rollover), (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
$$;

-- Coordinates of EPSG:3857, in metres, of a position in degrees; latitudes are clipped to the map's own.
CREATE OR REPLACE FUNCTION places_mercator(lon double precision, lat double precision) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ST_SetSRID(ST_MakePoint(
        6378137 * radians(lon),
        6378137 * asinh(tan(radians(greatest(-85.0511287798066, least(85.0511287798066, lat)))))), 3857)
$$;

-- World coordinates (0 to 2^30 - 1) of a coordinate of EPSG:3857.
CREATE OR REPLACE FUNCTION places_world(metres double precision) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT greatest(0, least(1073741823, floor((metres / (6378137 * 2 * pi()) + 0.5) * 1073741824)))::int
$$;

-- Number of the state of a current certificate on a day; agrees with catalog.rules.certificate_state.
CREATE OR REPLACE FUNCTION places_state(valid_from date, valid_until date, revoked_on date, ended_on date, day date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN revoked_on <= day THEN 4
        WHEN ended_on <= day THEN 3
        WHEN valid_until IS NOT NULL AND valid_from > day THEN 6
        WHEN valid_until <= day + 60 THEN 2
        WHEN valid_until IS NOT NULL THEN 1
        ELSE 5 END
$$;

-- The columns of marks, each written into a pattern: those that the table has had from the beginning, and the name, which
-- came later, if it is there yet. geometry is compared as bytes: its own equality means boxes.
CREATE OR REPLACE FUNCTION places_mark_columns(pattern text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(replace(CASE WHEN attname = 'point' THEN replace(pattern, '@=', '@::bytea')
        ELSE replace(pattern, '@=', '@') END, '@', attname), ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = 'places_mark'::regclass AND attnum > 0 AND NOT attisdropped
$$;

-- The query that makes marks: of the places $1 when only_some, else of all. $2 is the day of the states.
CREATE OR REPLACE FUNCTION places_mark_query(only_some boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $query$
    SELECT format($$
        WITH part AS MATERIALIZED (
            SELECT DISTINCT place_id, product_id FROM places_placeproduct %s
        ), product AS MATERIALIZED (
            SELECT product.id, product.category_id, coalesce((
                SELECT coalesce(stars, 0) * 8 + places_state(valid_from, valid_until, revoked_on, ended_on, $2)
                FROM catalog_currentcertificate WHERE subject_id = product.public_id AND scheme_id = 'OCOP'
            ), 0) AS quality
            FROM catalog_product AS product WHERE product.id IN (SELECT product_id FROM part)
        ), class AS MATERIALIZED (
            SELECT DISTINCT part.place_id, coalesce(product.category_id, 0) AS category_id, product.quality
            FROM part JOIN product ON product.id = part.product_id
        ), node AS MATERIALIZED (
            -- A category counts under every category whose code begins its own; one node stands for one code.
            SELECT category.id AS category_id, 2 + min(above.id) AS node
            FROM catalog_productcategory AS category
            CROSS JOIN LATERAL generate_series(1, cardinality(string_to_array(category.code, '.'))) AS depth
            JOIN catalog_productcategory AS above
                ON above.code = array_to_string((string_to_array(category.code, '.'))[1:depth], '.')
            WHERE category.id IN (SELECT category_id FROM class)
            GROUP BY category.id, above.code
            UNION ALL SELECT id, 0 FROM catalog_productcategory
            UNION ALL SELECT 0, 0
            UNION ALL SELECT 0, 1
        ), shelf AS MATERIALIZED (
            SELECT class.place_id, array_agg(DISTINCT (node.node * 64 + kept.quality)::int) AS atoms
            FROM class JOIN node USING (category_id)
            CROSS JOIN LATERAL (VALUES (class.quality), (63)) AS kept (quality)
            GROUP BY class.place_id
        )
        SELECT place.id, place.public_id, place.folded,
            array_position(ARRAY['production_site', 'processing_facility', 'point_of_sale'], place.kind::text) - 1,
            array_position(ARRAY['open', 'closed', 'moved'], place.status::text) - 1,
            place.province_id, place.commune_id, spot.point, places_world(ST_X(spot.point)),
            places_world(-ST_Y(spot.point)), place.location_accuracy = 'commune_point', coalesce(shelf.atoms, '{}'),
            place.name
        FROM places_place AS place
        CROSS JOIN LATERAL (SELECT places_mercator(ST_X(place.location), ST_Y(place.location)) AS point) AS spot
        LEFT JOIN shelf ON shelf.place_id = place.id
        %s
    $$, CASE WHEN only_some THEN 'WHERE place_id = ANY ($1)' END, CASE WHEN only_some THEN 'WHERE place.id = ANY ($1)' END)
$query$;

-- The same as a table of marks.
CREATE OR REPLACE FUNCTION places_made_marks(only_some boolean) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT format('(%s) AS made (place_id, public_id, folded, kind, status, province_id, commune_id, point, world_x,
        world_y, approximate, shelf, name)', places_mark_query(only_some))
$$;

-- places_refresh_marks(place_ids) makes the marks of these places anew. The rows are locked first, in the order of their ids,
-- and read after that: of two transactions that change facts of one place the later one sees what the earlier one did, and
-- they can't wait for each other. A mark that stays equal is not written. Its body is made from places_mark_query here, so
-- that a few places are refreshed by a plan that the connection keeps; many are planned for anew (places_plans_for).
DO $do$
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION places_refresh_marks(place_ids bigint[]) RETURNS void
        LANGUAGE plpgsql SET plan_cache_mode = auto SET enable_nestloop = on AS %L', format($body$
DECLARE
    rolled_day date := places_rolled_day();
BEGIN
    PERFORM places_plans_for(cardinality(place_ids));
    PERFORM places_joins_for(cardinality(place_ids));
    PERFORM FROM places_mark WHERE place_id = ANY (place_ids) ORDER BY place_id FOR NO KEY UPDATE;
    INSERT INTO places_mark AS mark (%1$s)
        SELECT %1$s FROM %2$s ORDER BY place_id
    ON CONFLICT (place_id) DO UPDATE SET (%1$s) = (%3$s)
        WHERE (%4$s) IS DISTINCT FROM (%5$s);
END $body$, places_mark_columns('@'), replace(places_made_marks(true), '$2', 'rolled_day'),
        places_mark_columns('excluded.@'), places_mark_columns('mark.@='), places_mark_columns('excluded.@=')));
END $do$;

-- Makes all marks anew, in the order of lists, so that neighbours in a list are neighbours on the disk. Nobody else writes
-- places meanwhile.
CREATE OR REPLACE FUNCTION places_rebuild_marks() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    LOCK TABLE places_mark IN EXCLUSIVE MODE;
    TRUNCATE places_mark;
    EXECUTE format('INSERT INTO places_mark (%1$s) SELECT %1$s FROM %2$s ORDER BY folded, public_id',
        places_mark_columns('@'), places_made_marks(false))
    USING NULL::bigint[], places_rolled_day();
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;

-- How many marks are not what the facts say, are missing or are left over.
CREATE OR REPLACE FUNCTION places_wrong_marks() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s FULL JOIN places_mark AS mark USING (place_id)
            WHERE (%s) IS DISTINCT FROM (%s)', places_made_marks(false), places_mark_columns('mark.@='),
        places_mark_columns('made.@='))
    INTO wrong USING NULL::bigint[], places_rolled_day();
    RETURN wrong;
END $$;
