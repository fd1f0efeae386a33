-- Suggestions for words that are spelt wrong: names that contain something like what was typed (trigrams), best first.
-- Parameters: query (folded), day, row_limit. rank is 4 and more: 5 less the mean of the similarity to a part and to the
-- whole of the name, so that short names go before long ones with a like part.
-- Places are left out: they are many, and mostly named after a product, a producer or a commune, which are found here.
-- Alike is what pg_trgm takes for it (a word similarity of 0.6). Of that, 300 products are looked at and 60 compared
-- further, those with most of the words typed; of the other kinds 300 are: a comparison costs 10 microseconds.
-- Indexes: catalog_product_folded, catalog_producer_folded, division_folded_trgm (operator <%%).
(
    SELECT 'product' AS type, same.id, same.name AS label, same.number, same.ids, same.producer AS detail, rank, weight
    FROM (
        SELECT folded, 5 - (word_similarity(%(query)s, folded) + similarity(%(query)s, folded)) / 2 AS rank,
            length(folded)::float AS weight
        FROM (
            SELECT folded FROM (SELECT folded FROM catalog_product WHERE %(query)s <%% folded LIMIT 300) AS alike
            GROUP BY folded
            ORDER BY (
                SELECT count(*) FROM string_to_table(%(query)s, ' ') AS word WHERE ' ' || folded LIKE '%% ' || word || '%%'
            ) DESC, length(folded), folded
            LIMIT 60
        ) AS product
        ORDER BY rank, weight, folded
        LIMIT %(row_limit)s
    ) AS best
    CROSS JOIN LATERAL (
        SELECT min(product.id) AS id, max(product.name) AS name, count(*) AS number, max(producer.name) AS producer,
            array_agg(product.public_id ORDER BY product.id) AS ids
        FROM catalog_product AS product LEFT JOIN catalog_producer AS producer ON producer.id = product.producer_id
        WHERE product.folded = best.folded
    ) AS same
    ORDER BY rank, weight, best.folded
) UNION ALL (
    SELECT 'producer', best.id, best.name, 1, ARRAY[best.public_id], province.full_name, rank, weight
    FROM (
        SELECT *, 5 - (word_similarity(%(query)s, folded) + similarity(%(query)s, folded)) / 2 AS rank,
            length(folded)::float AS weight
        FROM (
            SELECT id, name, public_id, province_id, folded FROM catalog_producer WHERE %(query)s <%% folded LIMIT 300
        ) AS producer
        ORDER BY rank, weight, folded
        LIMIT %(row_limit)s
    ) AS best
    LEFT JOIN divisions_division AS province ON province.id = best.province_id
    ORDER BY rank, weight, best.folded
) UNION ALL (
    SELECT CASE division.level WHEN 'PROVINCE' THEN 'province' ELSE 'commune' END, division.id, division.full_name, 1,
        ARRAY[division.code::varchar], parent.full_name,
        5 - (word_similarity(%(query)s, short.folded) + similarity(%(query)s, short.folded)) / 2 AS rank, length(short.folded)::float AS weight
    FROM (
        SELECT * FROM divisions_division WHERE %(query)s <%% folded AND (valid_until IS NULL OR valid_until > %(day)s) LIMIT 300
    ) AS division
    LEFT JOIN divisions_division AS parent ON parent.id = division.parent_id
    -- The words of the type (thanh pho, xa) are like too much: the short name has to be alike as well.
    CROSS JOIN LATERAL (SELECT spatial_fold(division.name) AS folded) AS short
    WHERE %(query)s <%% short.folded
    ORDER BY rank, weight, division.folded
    LIMIT %(row_limit)s
)
