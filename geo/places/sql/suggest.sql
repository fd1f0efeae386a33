-- Suggestions while typing: names in which every word typed begins a word.
-- Parameters: query (folded), compact (the same without spaces), start and inside (LIKE patterns of its longest word: at the
-- beginning of the name, after a space), words (LIKE patterns of all words), day, lon and lat (or null), row_limit,
-- with_places (false below three letters, where nearly everything matches).
-- Indexes: catalog_product_folded, catalog_producer_folded, places_place_folded, division_folded_trgm (trigrams of the longest
-- word); places_place_name for names that begin with the query. rank: 0 equal, 1 begins with it, 2 contains it, 3 its words.
(
    SELECT 'product' AS type, min(product.id) AS id, max(product.name) AS label, count(*) AS number,
        array_agg(product.public_id ORDER BY product.id) AS ids, max(producer.name) AS detail,
        CASE WHEN product.folded = %(query)s THEN 0 WHEN product.folded LIKE %(query)s || '%%' THEN 1
            WHEN ' ' || product.folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END AS rank,
        length(product.folded)::float AS weight
    FROM catalog_product AS product LEFT JOIN catalog_producer AS producer ON producer.id = product.producer_id
    WHERE (product.folded LIKE %(start)s OR product.folded LIKE %(inside)s)
        AND concat_ws(' ', '', product.folded, producer.folded) LIKE ALL (%(words)s)
    GROUP BY product.folded
    ORDER BY rank, weight, product.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT 'producer', producer.id, producer.name, 1, ARRAY[producer.public_id], province.full_name,
        CASE WHEN producer.folded = %(query)s THEN 0 WHEN producer.folded LIKE %(query)s || '%%' THEN 1
            WHEN ' ' || producer.folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END AS rank,
        length(producer.folded)::float AS weight
    FROM catalog_producer AS producer LEFT JOIN divisions_division AS province ON province.id = producer.province_id
    WHERE %(with_places)s AND (producer.folded LIKE %(start)s OR producer.folded LIKE %(inside)s)
        AND ' ' || producer.folded LIKE ALL (%(words)s)
    ORDER BY rank, weight, producer.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT 'place', place.id, place.name, 1, ARRAY[place.public_id], place.kind,
        CASE WHEN place.folded = %(query)s THEN 0 WHEN place.folded LIKE %(query)s || '%%' THEN 1
            WHEN ' ' || place.folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END AS rank,
        coalesce(place.location::geography
            <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, length(place.folded)) AS weight
    FROM (
        (SELECT * FROM places_place AS named
        WHERE %(with_places)s AND named.folded >= %(query)s AND named.folded < %(query)s || '{' AND status <> 'moved'
        ORDER BY named.folded, named.public_id LIMIT 200)
        UNION
        (SELECT * FROM places_place AS containing
        WHERE %(with_places)s AND (containing.folded LIKE %(start)s OR containing.folded LIKE %(inside)s)
            AND ' ' || containing.folded LIKE ALL (%(words)s) AND status <> 'moved'
        LIMIT 500)
    ) AS place
    ORDER BY rank, weight, place.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT CASE division.level WHEN 'PROVINCE' THEN 'province' ELSE 'commune' END, division.id, division.full_name, 1,
        ARRAY[division.code::varchar], parent.full_name,
        CASE WHEN division.key = %(compact)s OR division.folded = %(query)s THEN 0 WHEN division.key LIKE %(compact)s || '%%' THEN 1
            WHEN ' ' || division.folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END
            + CASE WHEN division.valid_until <= %(day)s THEN 0.5 ELSE 0 END AS rank,
        length(division.folded)::float AS weight
    FROM divisions_division AS division LEFT JOIN divisions_division AS parent ON parent.id = division.parent_id
    WHERE (division.folded LIKE %(start)s OR division.folded LIKE %(inside)s)
        AND ' ' || division.folded LIKE ALL (%(words)s)
        AND (division.valid_until IS NULL OR division.valid_until > %(day)s
            -- Former provinces and districts, unless the name lives on: then today's is meant, if no district is named.
            OR (division.level IN ('PROVINCE', 'DISTRICT') AND %(with_places)s
                AND (division.level = 'DISTRICT' AND division.folded LIKE %(query)s || '%%' OR NOT EXISTS (
                    SELECT 1 FROM divisions_division AS heir
                    WHERE heir.key = division.key AND (heir.valid_until IS NULL OR heir.valid_until > %(day)s)))))
    ORDER BY rank, division.level DESC, weight, division.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT 'category', category.id, category.name_vi, 1, ARRAY[category.code::varchar], category.name_en,
        CASE WHEN spatial_fold(category.name_vi) = %(query)s THEN 0
            WHEN spatial_fold(category.name_vi) LIKE %(query)s || '%%' THEN 1
            WHEN %(with_places)s AND ' ' || spatial_fold(category.name_vi) LIKE '%% ' || %(query)s || '%%' THEN 2
            ELSE 3 END AS rank, category.position
    FROM catalog_productcategory AS category
    WHERE concat_ws(' ', '', spatial_fold(category.name_vi), spatial_fold(category.name_en)) LIKE ALL (%(words)s)
    ORDER BY rank, category.position
    LIMIT %(row_limit)s
)
