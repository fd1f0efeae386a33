-- Suggestions while typing: names in which every word typed begins a word.
-- Parameters: query (folded), compact (the same without spaces), begins (LIKE pattern: begins with the query), start and
-- inside (of its longest word: at the beginning of the name, after a space), words (of all words), day, lon and lat (or
-- null), row_limit, with_places (false below three letters, where nearly everything matches).
-- Indexes: *_begins (names that begin with the query), *_folded and division_folded_trgm (trigrams of the longest word).
-- Of names that contain the words, 500 are looked at: more can't be told apart while so little has been typed.
-- rank: 0 equal, 1 begins with the query, 2 contains it, 3 contains its words.
(
    SELECT 'product' AS type, same.id, same.name AS label, same.number, same.ids, same.producer AS detail,
        best.rank::float AS rank, length(best.folded)::float AS weight
    FROM (
        SELECT folded,
            CASE WHEN folded = %(query)s THEN 0 WHEN folded LIKE %(begins)s THEN 1
                WHEN ' ' || folded LIKE '%% ' || %(begins)s THEN 2 ELSE 3 END AS rank
        FROM (
            (SELECT named.folded FROM catalog_product AS named WHERE named.folded LIKE %(begins)s
            ORDER BY named.folded USING ~<~ LIMIT 200)
            UNION ALL
            (SELECT product.folded
            FROM catalog_product AS product LEFT JOIN catalog_producer AS producer ON producer.id = product.producer_id
            WHERE (product.folded LIKE %(start)s OR product.folded LIKE %(inside)s)
                AND concat_ws(' ', '', product.folded, producer.folded) LIKE ALL (%(words)s)
            LIMIT 500)
        ) AS candidate
        GROUP BY folded
        ORDER BY rank, length(folded), folded
        LIMIT %(row_limit)s
    ) AS best
    CROSS JOIN LATERAL (
        -- Equal names of several producers are one suggestion.
        SELECT min(product.id) AS id, max(product.name) AS name, count(*) AS number, max(producer.name) AS producer,
            array_agg(product.public_id ORDER BY product.id) AS ids
        FROM catalog_product AS product LEFT JOIN catalog_producer AS producer ON producer.id = product.producer_id
        WHERE product.folded = best.folded
    ) AS same
    ORDER BY rank, weight, best.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT 'producer', producer.id, producer.name, 1, ARRAY[producer.public_id], province.full_name,
        CASE WHEN producer.folded = %(query)s THEN 0 WHEN producer.folded LIKE %(begins)s THEN 1
            WHEN ' ' || producer.folded LIKE '%% ' || %(begins)s THEN 2 ELSE 3 END AS rank,
        length(producer.folded)::float AS weight
    FROM (
        (SELECT named.id FROM catalog_producer AS named WHERE %(with_places)s AND named.folded LIKE %(begins)s
        ORDER BY named.folded USING ~<~ LIMIT 200)
        UNION
        (SELECT id FROM catalog_producer AS containing
        WHERE %(with_places)s AND (containing.folded LIKE %(start)s OR containing.folded LIKE %(inside)s)
            AND ' ' || containing.folded LIKE ALL (%(words)s)
        LIMIT 500)
    ) AS candidate
    JOIN catalog_producer AS producer ON producer.id = candidate.id
    LEFT JOIN divisions_division AS province ON province.id = producer.province_id
    ORDER BY rank, weight, producer.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT 'place', place.id, place.name, 1, ARRAY[place.public_id], place.kind,
        CASE WHEN place.folded = %(query)s THEN 0 WHEN place.folded LIKE %(begins)s THEN 1
            WHEN ' ' || place.folded LIKE '%% ' || %(begins)s THEN 2 ELSE 3 END AS rank,
        -- Where the search has a centre, a place without a position comes last: nobody knows how far it is.
        CASE WHEN %(lon)s IS NULL THEN length(place.folded)
            ELSE coalesce(place.location::geography
                <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, 'Infinity') END AS weight
    FROM (
        (SELECT named.id FROM places_place AS named
        WHERE %(with_places)s AND named.folded LIKE %(begins)s AND status <> 'moved'
        ORDER BY named.folded USING ~<~ LIMIT 200)
        UNION
        (SELECT containing.id FROM places_place AS containing
        WHERE %(with_places)s AND (containing.folded LIKE %(start)s OR containing.folded LIKE %(inside)s)
            AND ' ' || containing.folded LIKE ALL (%(words)s) AND status <> 'moved'
        LIMIT 500)
    ) AS candidate
    JOIN places_place AS place ON place.id = candidate.id
    ORDER BY rank, weight, place.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT CASE division.level WHEN 'PROVINCE' THEN 'province' ELSE 'commune' END, division.id, division.full_name, 1,
        ARRAY[division.code::varchar], parent.full_name,
        CASE WHEN division.key = %(compact)s OR division.folded = %(query)s THEN 0 WHEN division.key LIKE %(compact)s || '%%' THEN 1
            WHEN ' ' || division.folded LIKE '%% ' || %(begins)s THEN 2 ELSE 3 END
            + CASE WHEN division.valid_until <= %(day)s THEN 0.5 ELSE 0 END AS rank,
        length(division.folded)::float AS weight
    FROM divisions_division AS division LEFT JOIN divisions_division AS parent ON parent.id = division.parent_id
    WHERE (division.folded LIKE %(start)s OR division.folded LIKE %(inside)s)
        AND ' ' || division.folded LIKE ALL (%(words)s)
        AND (division.valid_until IS NULL OR division.valid_until > %(day)s
            -- Former provinces and districts, unless the name lives on: then today's is meant, if no district is named.
            OR (division.level IN ('PROVINCE', 'DISTRICT') AND %(with_places)s
                AND (division.level = 'DISTRICT' AND division.folded LIKE %(begins)s OR NOT EXISTS (
                    SELECT 1 FROM divisions_division AS heir
                    WHERE heir.key = division.key AND (heir.valid_until IS NULL OR heir.valid_until > %(day)s)))))
    ORDER BY rank, division.level DESC, weight, division.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT 'category', category.id, category.name_vi, 1, ARRAY[category.code::varchar], category.name_en,
        CASE WHEN spatial_fold(category.name_vi) = %(query)s THEN 0
            WHEN spatial_fold(category.name_vi) LIKE %(begins)s THEN 1
            WHEN %(with_places)s AND ' ' || spatial_fold(category.name_vi) LIKE '%% ' || %(begins)s THEN 2
            ELSE 3 END AS rank, category.position
    FROM catalog_productcategory AS category
    WHERE concat_ws(' ', '', spatial_fold(category.name_vi), spatial_fold(category.name_en)) LIKE ALL (%(words)s)
    ORDER BY rank, category.position
    LIMIT %(row_limit)s
)
