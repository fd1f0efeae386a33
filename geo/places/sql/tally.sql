-- Counts of places by cells of the map (places_tally), derived from their marks; places_tallydelta holds the changes that
-- are not in it yet, one row for each appearance (sign 1) or disappearance (sign -1) of a mark. What is right is the sum
-- of both. geo.places.tally reads it.
--
-- Node -1 counts every place; so does node -2, without telling provinces and status apart: a tile without a filter reads
-- three rows for a cell. So do node -3 - n, the places under node n whatever their quality, and nodes -1000000 and -1000001,
-- the places with any goods by the set of their stars and by that of their states: counts beside filters read few rows.

-- Levels of the pyramid: tile matrix, whether provinces are told apart, whether places without a position are in it (in
-- cell -1). A tile of any other matrix is read from the next finer level.
CREATE OR REPLACE FUNCTION places_tally_levels() RETURNS TABLE (zoom int, by_province boolean, unlocated boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    VALUES (0, false, true), (4, false, false), (5, true, true), (7, true, false), (9, true, false)
$$;

-- Of a set of qualities the set of stars of certificates, each as the quality of so many stars in state 1, and the set of
-- states, each as the quality without stars.
CREATE OR REPLACE FUNCTION places_stars_of(quality bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sum(1::bigint << (stars * 8 + 1)) FROM generate_series(0, 5) AS stars WHERE (quality >> (stars * 8)) & 126 <> 0
$$;
CREATE OR REPLACE FUNCTION places_states_of(quality bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (quality | (quality >> 8) | (quality >> 16) | (quality >> 24) | (quality >> 32) | (quality >> 40)) & 255
$$;

-- Adds the counts of nodes -3 and less to a level, for places with a position or without, from those by quality.
CREATE OR REPLACE FUNCTION places_sum_tally(level int, located boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO places_tally (zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality, n,
        sum_x, sum_y, sum_place, min_x, max_x, min_y, max_y)
    WITH of_node AS MATERIALIZED (
        SELECT * FROM places_tally WHERE zoom = level AND node >= 0 AND (cell >= 0) = located
    ), by_set AS MATERIALIZED (
        SELECT quality, places_stars_of(quality) AS stars, places_states_of(quality) AS states
        FROM (SELECT DISTINCT quality FROM of_node WHERE node = 0) AS known
    ), part AS (
        SELECT of_node.*, -3 - node AS sum_node, 0::bigint AS sum_quality FROM of_node
        UNION ALL
        SELECT of_node.*, -1000000, stars FROM of_node JOIN by_set USING (quality) WHERE node = 0
        UNION ALL
        SELECT of_node.*, -1000001, states FROM of_node JOIN by_set USING (quality) WHERE node = 0
    )
    SELECT level, sum_node, tile_col, tile_row, cell, 0, kind, 0, coalesce(sum_quality, 0), sum(n),
        sum(sum_x), sum(sum_y), sum(sum_place), min(min_x), max(max_x), min(min_y), max(max_y)
    FROM part GROUP BY sum_node, tile_col, tile_row, cell, kind, 9 ORDER BY 2, 3, 4, 5;
END $$;

-- Vector tiles of clusters without a filter, made from the tally as it is merged: the same bytes that geo.spatial.clusters
-- writes. Whoever reads one looks first whether a change waits in it. Rows are written under the lock of the tally only.
CREATE TABLE IF NOT EXISTS places_clustertile (
    zoom smallint NOT NULL, tile_col smallint NOT NULL, tile_row smallint NOT NULL, body bytea NOT NULL,
    PRIMARY KEY (zoom, tile_col, tile_row)
);

-- Makes the tiles with these numbers anew (three arrays of equal length); one without a place is gone.
CREATE OR REPLACE FUNCTION places_make_tiles(zooms int[], columns int[], lines int[]) RETURNS void
LANGUAGE plpgsql SET enable_nestloop = on AS $$
BEGIN
    DELETE FROM places_clustertile AS kept USING unnest(zooms, columns, lines) AS tile (zoom, col, line)
    WHERE kept.zoom = tile.zoom AND kept.tile_col = tile.col AND kept.tile_row = tile.line;
    INSERT INTO places_clustertile (zoom, tile_col, tile_row, body)
    SELECT tile.zoom, tile.col, tile.line, made.body
    FROM unnest(zooms, columns, lines) AS tile (zoom, col, line)
    CROSS JOIN LATERAL (
        SELECT min(level.zoom) AS zoom, min(level.zoom) - tile.zoom AS finer
        FROM places_tally_levels() AS level WHERE level.zoom >= tile.zoom
    ) AS level
    CROSS JOIN LATERAL (
        SELECT ST_AsMVT(feature, 'places', 4096, 'geom') AS body, count(*) AS features
        FROM (
            SELECT ST_MakePoint(
                    round((x - (tile.col << 30 - tile.zoom)) * (4096 / (1 << 30 - tile.zoom)::float8)),
                    round((y - (tile.line << 30 - tile.zoom)) * (4096 / (1 << 30 - tile.zoom)::float8))) AS geom,
                n AS count, nullif(of_kind[1], 0) AS production_site, nullif(of_kind[2], 0) AS processing_facility,
                nullif(of_kind[3], 0) AS point_of_sale,
                CASE WHEN n > 1 AND (min_x <> max_x OR min_y <> max_y) THEN
                    least(17, greatest(tile.zoom + 1, 31 - length(ltrim(
                        ((min_x::bigint * 6 # max_x::bigint * 6) | (min_y::bigint * 6 # max_y::bigint * 6))::bit(33)::text,
                        '0')))) + 1
                END AS zoom,
                nullif(n > 1 AND min_x = max_x AND min_y = max_y, false) AS stack,
                public_id AS id, name, (ARRAY['production_site', 'processing_facility', 'point_of_sale'])[kind + 1] AS kind,
                (ARRAY['open', 'closed', 'moved'])[status + 1] AS status, nullif(approximate, false) AS approximate
            FROM (
                SELECT sum(n)::int AS n, sum(sum_place)::bigint AS one,
                    sum(sum_x)::float8 / sum(n)::float8 + 0.5 AS x, sum(sum_y)::float8 / sum(n)::float8 + 0.5 AS y,
                    min(min_x) AS min_x, max(max_x) AS max_x, min(min_y) AS min_y, max(max_y) AS max_y,
                    ARRAY[sum(n) FILTER (WHERE kind = 0), sum(n) FILTER (WHERE kind = 1),
                        sum(n) FILTER (WHERE kind = 2)]::int[] AS of_kind
                FROM places_tally
                WHERE zoom = level.zoom AND node = -2 AND cell >= 0
                    AND tile_col BETWEEN tile.col << level.finer AND (tile.col + 1 << level.finer) - 1
                    AND tile_row BETWEEN tile.line << level.finer AND (tile.line + 1 << level.finer) - 1
                GROUP BY (tile_col * 6 + cell % 6) >> level.finer, (tile_row * 6 + cell / 6) >> level.finer
                HAVING sum(n) > 0
            ) AS cluster
            LEFT JOIN places_mark AS alone ON alone.place_id = CASE WHEN n = 1 THEN one END
            ORDER BY n DESC, one, x, y
        ) AS feature
    ) AS made
    WHERE made.features > 0;
END $$;

-- Makes the tiles that are missing, of all matrices up to the finest level; returns how many. Who finds the lock taken
-- leaves them to others: until then they are made for each reader.
CREATE OR REPLACE FUNCTION places_make_missing_tiles() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    missing record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(202109170) THEN
        RETURN 0;
    END IF;
    SELECT array_agg(zoom) AS zooms, array_agg(col) AS columns, array_agg(line) AS lines INTO missing FROM (
        SELECT DISTINCT tile.zoom, tile_col >> finest.zoom - tile.zoom AS col, tile_row >> finest.zoom - tile.zoom AS line
        FROM (SELECT max(zoom) AS zoom FROM places_tally_levels()) AS finest
        JOIN places_tally AS cell ON cell.zoom = finest.zoom AND node = -2 AND cell >= 0
        CROSS JOIN generate_series(0, finest.zoom) AS tile (zoom)
        EXCEPT SELECT zoom, tile_col, tile_row FROM places_clustertile
    ) AS tile;
    IF missing.zooms IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM places_make_tiles(missing.zooms, missing.columns, missing.lines);
    RETURN cardinality(missing.zooms);
END $$;

-- Merges at most so many waiting changes, the oldest first, into the tally; returns how many. Rows of places_tally are
-- written only here, under a lock that nobody waits for: who finds it taken leaves the changes to others. The tiles they
-- lie in are made anew if they are few, else only dropped: what many rows of one statement after the other touch would be
-- made for each of these statements.
CREATE OR REPLACE FUNCTION places_fold_tally(most bigint) RETURNS bigint
LANGUAGE plpgsql SET enable_nestloop = on AS $$
DECLARE
    taken bigint[];
    emptied tid[];
    touched record;
    few_tiles constant int := 64;
BEGIN
    IF NOT pg_try_advisory_xact_lock(202109170) THEN
        RETURN 0;
    END IF;
    SELECT array_agg(id) INTO taken FROM (SELECT id FROM places_tallydelta ORDER BY id LIMIT most) AS oldest;
    IF taken IS NULL THEN
        RETURN 0;
    END IF;
    SELECT array_agg(zoom) AS zooms, array_agg(col) AS columns, array_agg(line) AS lines INTO touched FROM (
        SELECT DISTINCT zoom, world_x >> 30 - zoom AS col, world_y >> 30 - zoom AS line
        FROM places_tallydelta
        CROSS JOIN generate_series(0, (SELECT max(level.zoom) FROM places_tally_levels() AS level)) AS tile (zoom)
        WHERE id = ANY (taken) AND world_x IS NOT NULL
    ) AS tile;
    WITH delta AS MATERIALIZED (
        DELETE FROM places_tallydelta WHERE id = ANY (taken) RETURNING *
    ), of_node AS MATERIALIZED (
        SELECT sign, place_id, kind, status, province_id, world_x, world_y, shelf.node, shelf.quality
        FROM delta CROSS JOIN LATERAL (
            SELECT atom / 64 AS node, bit_or(1::bigint << (atom % 64)) AS quality
            FROM unnest(shelf) AS atom WHERE atom % 64 <> 63 GROUP BY atom / 64
        ) AS shelf
    ), part AS MATERIALIZED (
        SELECT sign, place_id, kind, status, province_id, world_x, world_y, -1 AS node, 0::bigint AS quality FROM delta
        UNION ALL
        SELECT sign, place_id, kind, 0, 0, world_x, world_y, -2, 0 FROM delta
        UNION ALL
        SELECT * FROM of_node
        UNION ALL
        SELECT sign, place_id, kind, 0, 0, world_x, world_y, -3 - node, 0 FROM of_node
        UNION ALL
        SELECT sign, place_id, kind, 0, 0, world_x, world_y, of_set.node, of_set.quality
        FROM of_node CROSS JOIN LATERAL (
            VALUES (-1000000, coalesce(places_stars_of(quality), 0)), (-1000001, places_states_of(quality))
        ) AS of_set (node, quality) WHERE of_node.node = 0
    ), change AS (
        SELECT level.zoom, part.node,
            coalesce((world_x >> (30 - level.zoom)), 0) AS tile_col,
            coalesce((world_y >> (30 - level.zoom)), 0) AS tile_row,
            coalesce(((world_y::bigint * 6) >> (30 - level.zoom)) % 6 * 6
                + ((world_x::bigint * 6) >> (30 - level.zoom)) % 6, -1) AS cell,
            CASE WHEN level.by_province THEN province_id ELSE 0 END AS province,
            kind, status, quality, sum(sign) AS n,
            coalesce(sum(sign * world_x::bigint), 0) AS sum_x, coalesce(sum(sign * world_y::bigint), 0) AS sum_y,
            sum(sign * place_id) AS sum_place,
            min(world_x) FILTER (WHERE sign > 0) AS min_x, max(world_x) FILTER (WHERE sign > 0) AS max_x,
            min(world_y) FILTER (WHERE sign > 0) AS min_y, max(world_y) FILTER (WHERE sign > 0) AS max_y
        FROM part JOIN places_tally_levels() AS level ON world_x IS NOT NULL OR level.unlocated
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        HAVING sum(sign) <> 0 OR sum(sign * place_id) <> 0 OR sum(sign * world_x::bigint) <> 0
            OR sum(sign * world_y::bigint) <> 0
    ), merged AS (
        INSERT INTO places_tally AS base (zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality, n,
            sum_x, sum_y, sum_place, min_x, max_x, min_y, max_y)
        SELECT * FROM change
        ON CONFLICT (zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality) DO UPDATE SET
            n = base.n + excluded.n, sum_x = base.sum_x + excluded.sum_x, sum_y = base.sum_y + excluded.sum_y,
            sum_place = base.sum_place + excluded.sum_place,
            min_x = least(base.min_x, excluded.min_x), max_x = greatest(base.max_x, excluded.max_x),
            min_y = least(base.min_y, excluded.min_y), max_y = greatest(base.max_y, excluded.max_y)
        RETURNING ctid, n
    )
    SELECT array_agg(ctid) INTO emptied FROM merged WHERE n = 0;
    DELETE FROM places_tally WHERE ctid = ANY (emptied);
    IF cardinality(touched.zooms) <= few_tiles THEN
        PERFORM places_make_tiles(touched.zooms, touched.columns, touched.lines);
    ELSE
        DELETE FROM places_clustertile
        USING unnest(touched.zooms, touched.columns, touched.lines) AS tile (number, col, line)
        WHERE zoom = number AND tile_col = col AND tile_row = line;
    END IF;
    RETURN cardinality(taken);
END $$;

-- Makes the tally anew from all marks, the finest level first and each coarser one from it. Writers of marks wait.
CREATE OR REPLACE FUNCTION places_rebuild_tally() RETURNS bigint
LANGUAGE plpgsql SET work_mem = '128MB' AS $$
DECLARE
    level record;
    finer int;
    written bigint;
BEGIN
    LOCK TABLE places_mark IN SHARE ROW EXCLUSIVE MODE;
    PERFORM pg_advisory_xact_lock(202109170);
    IF EXISTS (SELECT FROM places_tally) OR EXISTS (SELECT FROM places_tallydelta) THEN
        TRUNCATE places_tally, places_tallydelta, places_clustertile;
    END IF;
    FOR level IN SELECT * FROM places_tally_levels() ORDER BY zoom DESC LOOP
        IF finer IS NULL THEN
            INSERT INTO places_tally (zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality, n,
                sum_x, sum_y, sum_place, min_x, max_x, min_y, max_y)
            WITH part AS (
                SELECT place_id, kind, status, province_id, world_x, world_y, -1 AS node, 0::bigint AS quality
                FROM places_mark WHERE world_x IS NOT NULL
                UNION ALL
                SELECT place_id, kind, 0, 0, world_x, world_y, -2, 0 FROM places_mark WHERE world_x IS NOT NULL
                UNION ALL
                SELECT place_id, kind, status, province_id, world_x, world_y, atom / 64, bit_or(1::bigint << (atom % 64))
                FROM places_mark CROSS JOIN unnest(shelf) AS atom
                WHERE world_x IS NOT NULL AND atom % 64 <> 63 GROUP BY place_id, atom / 64
            )
            SELECT level.zoom, node, world_x >> (30 - level.zoom), world_y >> (30 - level.zoom),
                ((world_y::bigint * 6) >> (30 - level.zoom)) % 6 * 6 + ((world_x::bigint * 6) >> (30 - level.zoom)) % 6,
                province_id, kind, status, quality, count(*), sum(world_x), sum(world_y), sum(place_id),
                min(world_x), max(world_x), min(world_y), max(world_y)
            FROM part GROUP BY 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 2, 3, 4, 5;
            PERFORM places_sum_tally(level.zoom, true);
        ELSE
            INSERT INTO places_tally (zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality, n,
                sum_x, sum_y, sum_place, min_x, max_x, min_y, max_y)
            SELECT level.zoom, node, col / 6, line / 6, line % 6 * 6 + col % 6, province, kind, status, quality,
                sum(n), sum(sum_x), sum(sum_y), sum(sum_place), min(min_x), max(max_x), min(min_y), max(max_y)
            FROM (
                SELECT *, (tile_col * 6 + cell % 6) >> (finer - level.zoom) AS col,
                    (tile_row * 6 + cell / 6) >> (finer - level.zoom) AS line,
                    CASE WHEN level.by_province THEN province_id ELSE 0 END AS province
                FROM places_tally WHERE zoom = finer AND cell >= 0
            ) AS cell
            GROUP BY node, col, line, province, kind, status, quality ORDER BY node, col / 6, line / 6;
        END IF;
        IF level.unlocated THEN
            INSERT INTO places_tally (zoom, node, tile_col, tile_row, cell, province_id, kind, status, quality, n,
                sum_x, sum_y, sum_place)
            WITH part AS (
                SELECT place_id, kind, status, province_id, -1 AS node, 0::bigint AS quality
                FROM places_mark WHERE world_x IS NULL
                UNION ALL
                SELECT place_id, kind, 0, 0, -2, 0 FROM places_mark WHERE world_x IS NULL
                UNION ALL
                SELECT place_id, kind, status, province_id, atom / 64, bit_or(1::bigint << (atom % 64))
                FROM places_mark CROSS JOIN unnest(shelf) AS atom
                WHERE world_x IS NULL AND atom % 64 <> 63 GROUP BY place_id, atom / 64
            )
            SELECT level.zoom, node, 0, 0, -1, CASE WHEN level.by_province THEN province_id ELSE 0 END, kind, status,
                quality, count(*), 0, 0, sum(place_id)
            FROM part GROUP BY 2, 6, 7, 8, 9;
            PERFORM places_sum_tally(level.zoom, false);
        END IF;
        finer := level.zoom;
    END LOOP;
    PERFORM places_make_missing_tiles();
    PERFORM set_config('ocopmap.tally', '', true);
    SELECT count(*) INTO written FROM places_tally;
    RETURN written;
END $$;

-- Statement trigger of places_mark: notes what really changed, and now and then merges some of what waits. A transaction
-- looks how much waits when it first writes and counts its own rows from then on. A statement of very many rows merges as
-- much as it noted; a small one about 100 rows, whoever noted them. What a tile tells of a place alone is noted, too: both
-- rows count the same, and say that the tile is to be made anew. Statements over transition tables are prepared anew
-- each time: a kept plan would have been made for another number of rows.
CREATE OR REPLACE FUNCTION places_keep_tally() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    known text := current_setting('ocopmap.tally', true);
    of_mark constant text := 'place_id, kind, status, province_id, world_x, world_y, shelf';
    shown constant text := 'public_id, name, approximate';
    noted bigint;
    waiting bigint;
BEGIN
    IF known = 'emptied' THEN
        PERFORM places_rebuild_tally();
        RETURN NULL;
    END IF;
    EXECUTE format('INSERT INTO places_tallydelta (sign, %s) ', of_mark) || format(CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT 1, %1$s FROM new_rows'
        WHEN 'DELETE' THEN 'SELECT -1, %1$s FROM old_rows'
        ELSE 'SELECT -1, %1$s FROM (SELECT %1$s, %2$s FROM old_rows EXCEPT SELECT %1$s, %2$s FROM new_rows) AS gone
            UNION ALL SELECT 1, %1$s FROM (SELECT %1$s, %2$s FROM new_rows EXCEPT SELECT %1$s, %2$s FROM old_rows) AS come'
        END, of_mark, shown);
    GET DIAGNOSTICS noted = ROW_COUNT;
    IF noted = 0 THEN
        RETURN NULL;
    END IF;
    IF coalesce(known, '') = '' THEN
        SELECT count(*) INTO waiting FROM (SELECT FROM places_tallydelta LIMIT 48) AS first;
    ELSE
        waiting := known::bigint + noted;
    END IF;
    IF waiting >= 48 THEN
        PERFORM places_fold_tally(96 + 2 * noted);
        waiting := 0;
    END IF;
    PERFORM set_config('ocopmap.tally', waiting::text, true);
    RETURN NULL;
END $$;

-- Statement trigger of places_mark after TRUNCATE: nothing is left to count, and what is written next is counted at once.
CREATE OR REPLACE FUNCTION places_empty_tally() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM places_tally;
    DELETE FROM places_tallydelta;
    DELETE FROM places_clustertile;
    PERFORM set_config('ocopmap.tally', 'emptied', true);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER places_mark_tally_truncate AFTER TRUNCATE ON places_mark
    FOR EACH STATEMENT EXECUTE FUNCTION places_empty_tally();
