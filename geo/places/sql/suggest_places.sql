-- Suggestions while typing: places in whose name every word typed begins a word.
-- Parameters: query (folded), begins (LIKE pattern: begins with the query), words (LIKE patterns of all words: a space before,
-- anything after), lon and lat (or null), row_limit.
-- However many places there are, only so many are looked at: 200 whose names begin with the query (places_place_begins);
-- when that isn't all or not enough, a sample of about 1,000, and with a centre the 1,000 nearest it (index on location).
-- The sample tells how frequent each word is. Where it has too few places with all words, these are rare, and the index
-- places_place_lexemes finds them by the rarest word, and by the next where that one alone is in more than 5 of the sample;
-- words that are frequent each, but hardly ever together, find what the sample has: the lists of the index would have to
-- be read to their ends.
-- rank: 0 equal, 1 begins with the query, 2 contains it, 3 contains its words.
WITH begun AS MATERIALIZED (
    SELECT id, folded, location FROM places_place
    WHERE folded LIKE %(begins)s AND status <> 'moved'
    ORDER BY folded USING ~<~ LIMIT 200
), sample AS MATERIALIZED (
    SELECT id, folded, location, status FROM places_place
        TABLESAMPLE SYSTEM ((SELECT least(100, 100 * 1000 / greatest(reltuples, 1)) FROM pg_class WHERE oid = 'places_place'::regclass))
        REPEATABLE (1)
    WHERE (SELECT count(*) FROM begun) < %(row_limit)s
), nearest AS MATERIALIZED (
    SELECT id, folded, location, status FROM places_place
    WHERE %(lon)s IS NOT NULL AND location IS NOT NULL AND (SELECT count(*) FROM begun) NOT BETWEEN %(row_limit)s AND 199
    ORDER BY location <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) LIMIT 1000
), word AS MATERIALIZED (
    -- The lexemes that begin with it: a folded word is letters and digits alone, so it needs no escaping.
    SELECT trim(pattern, ' %%') || ':*' AS lexemes, number,
        row_number() OVER (ORDER BY number, length(pattern) DESC) AS place
    FROM unnest(%(words)s::text[]) AS pattern
    CROSS JOIN LATERAL (SELECT count(*) AS number FROM sample WHERE ' ' || folded LIKE pattern) AS counted
), hit AS MATERIALIZED (
    SELECT id, folded, location FROM (SELECT * FROM sample UNION ALL SELECT * FROM nearest) AS seen
    WHERE ' ' || folded LIKE ALL (%(words)s) AND status <> 'moved'
), rare AS MATERIALIZED (
    SELECT id, folded, location FROM places_place
    WHERE (SELECT count(*) FROM begun) + (SELECT count(*) FROM hit) < %(row_limit)s
        AND (SELECT number FROM word WHERE place = 1) < 50
        AND array_to_tsvector(string_to_array(folded, ' ')) @@ (
            SELECT string_agg(lexemes, ' & ')::tsquery FROM word
            WHERE place = 1 OR place = 2 AND (SELECT number FROM word WHERE place = 1) >= 5)
        AND ' ' || folded LIKE ALL (%(words)s) AND status <> 'moved'
    LIMIT 300
), best AS (
    SELECT id, rank, weight, row_number() OVER (ORDER BY rank, weight, folded, id) AS position
    FROM (
        SELECT DISTINCT ON (id) id, folded,
            CASE WHEN folded = %(query)s THEN 0 WHEN folded LIKE %(begins)s THEN 1
                WHEN ' ' || folded LIKE '%% ' || %(begins)s THEN 2 ELSE 3 END AS rank,
            -- Where the search has a centre, a place without a position comes last: nobody knows how far it is.
            CASE WHEN %(lon)s IS NULL THEN length(folded)
                ELSE coalesce(ST_Distance(location::geography,
                    ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, false), 'Infinity') END AS weight
        FROM (SELECT * FROM begun UNION ALL SELECT * FROM hit UNION ALL SELECT * FROM rare) AS candidate
    ) AS ranked
    ORDER BY position LIMIT %(row_limit)s
)
SELECT 'place', place.id, place.name, 1, ARRAY[place.public_id], place.kind, best.rank, best.weight
FROM best JOIN places_place AS place ON place.id = best.id
