-- Suggestions while typing: names of products, producers, divisions and categories in which every word typed begins a word.
-- Parameters: query (folded), lexemes (tsquery: the beginnings of all its words), longest (its longest word), rarest (the one
-- of the others that fewest names have), day, row_limit, with_places (false below three letters, where nearly everything
-- matches).
-- Indexes: *_begins (names that begin with the query, of equal names one), *_lexemes (the words of names, each beginning of
-- which is found exactly).
-- Names that contain the words are looked for where too few begin with the query, which always go first. Of them 500 are
-- looked at: more can't be told apart while so little has been typed. Products with the longest word, of which some words
-- are only in the name of the producer, come last: the rarest word is in the name of one of the two, and 500 producers and
-- 1,000 products that have it are looked at.
-- The statement is planned once for any values: names that begin with the query are asked for by two bounds (the second ends
-- with the last character there is), as a pattern tells an index nothing until it is known.
-- rank: 0 equal, 1 begins with the query, 2 contains it, 3 contains its words.
WITH RECURSIVE first_name AS MATERIALIZED (
    SELECT folded FROM catalog_product
    WHERE folded ~>=~ %(query)s AND folded ~<~ (%(query)s || chr(1114111)) ORDER BY folded USING ~<~ LIMIT 200
), next_name (folded, number) AS (
    -- Where the first 200 are few names, many times: from one name to the next.
    SELECT folded, 1 FROM (SELECT folded FROM first_name ORDER BY folded USING ~<~ OFFSET 199) AS last_name
    WHERE (SELECT count(DISTINCT folded) FROM first_name) < %(row_limit)s
    UNION ALL
    SELECT (
        SELECT product.folded FROM catalog_product AS product
        WHERE product.folded ~<~ (%(query)s || chr(1114111)) AND product.folded ~>~ next_name.folded
        ORDER BY product.folded USING ~<~ LIMIT 1
    ), number + 1
    FROM next_name WHERE folded IS NOT NULL AND number <= 40
), product_begun AS MATERIALIZED (
    SELECT folded FROM first_name UNION SELECT folded FROM next_name WHERE folded IS NOT NULL
), product_named AS MATERIALIZED (
    SELECT folded FROM catalog_product
    WHERE (SELECT count(*) FROM product_begun) < %(row_limit)s
        AND array_to_tsvector(string_to_array(folded, ' ')) @@ %(lexemes)s
    LIMIT 500
), product_few AS MATERIALIZED (
    SELECT position(' ' IN %(query)s) > 0
        AND (SELECT count(DISTINCT folded) FROM (TABLE product_begun UNION ALL TABLE product_named) AS found) < %(row_limit)s
        AS few
), maker AS MATERIALIZED (
    SELECT id, folded FROM catalog_producer
    WHERE (SELECT few FROM product_few)
        AND array_to_tsvector(string_to_array(folded, ' ')) @@ (%(rarest)s || ':*')::tsquery
    LIMIT 500
), made AS (
    -- One by one: nothing tells the planner how few they mostly are.
    SELECT product.folded, concat_ws(' ', '', product.folded, maker.folded) AS both_names
    FROM maker CROSS JOIN LATERAL (SELECT folded FROM catalog_product WHERE producer_id = maker.id OFFSET 0) AS product
    WHERE ' ' || product.folded LIKE '%% ' || %(longest)s || '%%'
    UNION ALL
    SELECT product.folded, concat_ws(' ', '', product.folded, producer.folded)
    FROM (
        SELECT folded, producer_id FROM catalog_product
        WHERE (SELECT few FROM product_few)
            AND array_to_tsvector(string_to_array(folded, ' ')) @@ (%(longest)s || ':* & ' || %(rarest)s || ':*')::tsquery
        LIMIT 1000
    ) AS product
    CROSS JOIN LATERAL (SELECT folded FROM catalog_producer WHERE id = product.producer_id OFFSET 0) AS producer
), producer_begun AS MATERIALIZED (
    SELECT id FROM catalog_producer
    WHERE %(with_places)s AND folded ~>=~ %(query)s AND folded ~<~ (%(query)s || chr(1114111))
    ORDER BY folded USING ~<~ LIMIT 200
)
(
    SELECT 'product' AS type, same.id, same.name AS label, same.number, same.ids, same.producer AS detail,
        best.rank::float AS rank, length(best.folded)::float AS weight
    FROM (
        SELECT folded,
            CASE WHEN folded = %(query)s THEN 0 WHEN folded LIKE %(query)s || '%%' THEN 1
                WHEN ' ' || folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END AS rank
        FROM (
            (SELECT folded FROM product_begun)
            UNION ALL
            (SELECT folded FROM product_named)
            UNION ALL
            (SELECT folded FROM made
            WHERE both_names LIKE ALL (ARRAY(SELECT '%% ' || word || '%%' FROM string_to_table(%(query)s, ' ') AS word))
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
    SELECT 'producer', producer.id, producer.name, 1, ARRAY[producer.public_id], province.full_name, rank, weight
    FROM (
        SELECT producer.id, producer.name, producer.public_id, producer.province_id, producer.folded,
            CASE WHEN producer.folded = %(query)s THEN 0 WHEN producer.folded LIKE %(query)s || '%%' THEN 1
                WHEN ' ' || producer.folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END AS rank,
            length(producer.folded)::float AS weight
        FROM (
            (SELECT id FROM producer_begun)
            UNION
            (SELECT id FROM catalog_producer AS containing
            WHERE %(with_places)s AND (SELECT count(*) FROM producer_begun) < %(row_limit)s
                AND array_to_tsvector(string_to_array(containing.folded, ' ')) @@ %(lexemes)s
            LIMIT 500)
        ) AS candidate
        JOIN catalog_producer AS producer ON producer.id = candidate.id
        ORDER BY rank, weight, producer.folded
        LIMIT %(row_limit)s
    ) AS producer
    LEFT JOIN divisions_division AS province ON province.id = producer.province_id
    ORDER BY rank, weight, producer.folded
) UNION ALL (
    SELECT CASE division.level WHEN 'PROVINCE' THEN 'province' ELSE 'commune' END, division.id, division.full_name, 1,
        ARRAY[division.code::varchar], parent.full_name,
        CASE WHEN division.key = replace(%(query)s, ' ', '') OR division.folded = %(query)s THEN 0
            WHEN division.key LIKE replace(%(query)s, ' ', '') || '%%' THEN 1
            WHEN ' ' || division.folded LIKE '%% ' || %(query)s || '%%' THEN 2 ELSE 3 END
            + CASE WHEN division.valid_until <= %(day)s THEN 0.5 ELSE 0 END AS rank,
        length(division.folded)::float AS weight
    FROM divisions_division AS division LEFT JOIN divisions_division AS parent ON parent.id = division.parent_id
    WHERE array_to_tsvector(string_to_array(division.folded, ' ')) @@ %(lexemes)s
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
    WHERE array_to_tsvector(string_to_array(spatial_fold(category.name_vi || ' ' || category.name_en), ' ')) @@ %(lexemes)s
    ORDER BY rank, category.position
    LIMIT %(row_limit)s
)
