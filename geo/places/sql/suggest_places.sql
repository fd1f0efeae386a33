-- Suggestions while typing: places in whose name every word typed begins a word.
-- Parameters: query (folded), lon and lat (or null), row_limit, longest_list (number of places). The statement is planned
-- once for any values.
-- However many places there are, only so many are looked at: 200 whose names begin with the query (places_place_begins);
-- when that isn't all or not enough, a sample of about 1,000, and with a centre the 1,000 nearest it (index on location).
-- The sample tells how frequent each word is. Where it has too few places with all words, these are rare, and the index
-- places_place_lexemes finds them by the rarest word, and by the next where that one alone is in more than 5 of the sample;
-- words that are frequent each, but hardly ever together, find what the sample has.
-- An index of words reads its lists to their ends where a word is only begun (0.3 ms for each thousand places): beyond
-- longest_list every sixteenth is looked at instead (places_place_lexemes_part), and of all places those that have the
-- words as they were typed, where one of them is rare apart from the last: lists of whole words are read side by side, which
-- takes no time.
-- rank: 0 equal, 1 begins with the query, 2 contains it, 3 contains its words.
WITH pattern AS MATERIALIZED (
    SELECT word, '%% ' || word || '%%' AS pattern, at
    FROM string_to_table(%(query)s, ' ') WITH ORDINALITY AS typed (word, at)
), begun AS MATERIALIZED (
    SELECT id, folded, location FROM places_place
    WHERE folded ~>=~ %(query)s AND folded ~<~ (%(query)s || chr(1114111)) AND status <> 'moved'
    ORDER BY folded USING ~<~ LIMIT 200
), size AS MATERIALIZED (
    SELECT greatest(reltuples, 1) / 1000 AS thousands FROM pg_class WHERE oid = 'places_place'::regclass
), sample AS MATERIALIZED (
    SELECT id, folded, location, status FROM places_place
        TABLESAMPLE SYSTEM ((SELECT least(100, 100 / thousands) FROM size)) REPEATABLE (1)
    WHERE (SELECT count(*) FROM begun) < %(row_limit)s
), nearest AS MATERIALIZED (
    SELECT id, folded, location, status FROM places_place
    WHERE %(lon)s IS NOT NULL AND location IS NOT NULL AND (SELECT count(*) FROM begun) NOT BETWEEN %(row_limit)s AND 199
    ORDER BY location <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) LIMIT 1000
), hit AS MATERIALIZED (
    SELECT id, folded, location FROM (SELECT * FROM sample UNION ALL SELECT * FROM nearest) AS seen
    WHERE ' ' || folded LIKE ALL (ARRAY(SELECT pattern FROM pattern)) AND status <> 'moved'
), enough AS MATERIALIZED (
    SELECT (SELECT count(*) FROM begun) + (SELECT count(*) FROM hit) >= %(row_limit)s AS enough
), word AS MATERIALIZED (
    -- The lexemes that begin with it: a folded word is letters and digits alone, so it needs no escaping.
    SELECT word, at, word || ':*' AS lexemes, number, alone, row_number() OVER (ORDER BY number, length(word) DESC) AS place
    FROM pattern CROSS JOIN LATERAL (
        SELECT count(*) AS number, count(*) FILTER (WHERE ' ' || folded || ' ' LIKE '%% ' || word || ' %%') AS alone
        FROM sample WHERE ' ' || folded LIKE pattern
    ) AS counted
    WHERE NOT (SELECT enough FROM enough)
), rarest AS MATERIALIZED (
    SELECT min(number) < 50 AS rare, sum(number) * (SELECT greatest(1, thousands) FROM size) <= %(longest_list)s AS short
    FROM word WHERE place = 1 OR place = 2 AND (SELECT number FROM word WHERE place = 1) >= 5
), rare AS MATERIALIZED (
    SELECT id, folded, location FROM places_place
    WHERE (SELECT rare AND short FROM rarest)
        AND array_to_tsvector(string_to_array(folded, ' ')) @@ (
            SELECT string_agg(lexemes, ' & ')::tsquery FROM word
            WHERE place = 1 OR place = 2 AND (SELECT number FROM word WHERE place = 1) >= 5)
        AND ' ' || folded LIKE ALL (ARRAY(SELECT pattern FROM pattern)) AND status <> 'moved'
    LIMIT 300
), part AS MATERIALIZED (
    SELECT id, folded, location FROM places_place
    WHERE (SELECT rare AND NOT short FROM rarest) AND id %% 16 = 0
        AND array_to_tsvector(string_to_array(folded, ' ')) @@ (
            SELECT string_agg(lexemes, ' & ')::tsquery FROM word WHERE place = 1 OR place = 2 AND number < 300)
        AND ' ' || folded LIKE ALL (ARRAY(SELECT pattern FROM pattern)) AND status <> 'moved'
    LIMIT 300
), whole AS MATERIALIZED (
    SELECT id, folded, location FROM places_place
    WHERE (SELECT NOT short FROM rarest)
        AND array_to_tsvector(string_to_array(folded, ' ')) @@ (
            SELECT string_agg(word, ' & ')::tsquery FROM word
            WHERE at < (SELECT max(at) FROM word)
                OR NOT EXISTS (SELECT 1 FROM word WHERE alone <= 3 AND at < (SELECT max(at) FROM word)))
        AND ' ' || folded LIKE ALL (ARRAY(SELECT pattern FROM pattern)) AND status <> 'moved'
    LIMIT 300
), best AS (
    SELECT id, rank, weight, row_number() OVER (ORDER BY rank, weight, folded, id) AS position
    FROM (
        SELECT DISTINCT ON (id) id, folded,
            CASE WHEN folded = %(query)s THEN 0 WHEN folded LIKE %(query)s || '%%' THEN 1
                WHEN ' ' || folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END AS rank,
            -- Where the search has a centre, a place without a position comes last: nobody knows how far it is.
            CASE WHEN %(lon)s IS NULL THEN length(folded)
                ELSE coalesce(ST_Distance(location::geography,
                    ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, false), 'Infinity') END AS weight
        FROM (
            SELECT * FROM begun UNION ALL SELECT * FROM hit UNION ALL SELECT * FROM rare
            UNION ALL SELECT * FROM part UNION ALL SELECT * FROM whole
        ) AS candidate
    ) AS ranked
    ORDER BY position LIMIT %(row_limit)s
)
SELECT 'place', place.id, place.name, 1, ARRAY[place.public_id], place.kind, best.rank, best.weight
FROM best JOIN places_place AS place ON place.id = best.id
ORDER BY best.position
