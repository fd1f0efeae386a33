-- Suggestions for words that are spelt wrong: names that contain something like what was typed (trigrams), best first.
-- Parameters: query (folded), day, row_limit. rank is 4 and more: 5 less the mean of the similarity to a part and to the
-- whole of the name, so that short names go before long ones with a like part.
-- Places are left out: they are many, and mostly named after a product, a producer or a commune, which are found here.
-- Of what is alike, 300 names of each kind are compared: a comparison costs 10 microseconds.
-- Indexes: catalog_product_folded, catalog_producer_folded, division_folded_trgm (operator <%%); the caller sets its threshold.
(
    SELECT 'product' AS type, min(product.id) AS id, max(product.name) AS label, count(*) AS number,
        array_agg(product.public_id ORDER BY product.id) AS ids, max(producer.name) AS detail,
        5 - (word_similarity(%(query)s, product.folded) + similarity(%(query)s, product.folded)) / 2 AS rank, length(product.folded)::float AS weight
    FROM (SELECT * FROM catalog_product WHERE %(query)s <%% folded LIMIT 300) AS product
    LEFT JOIN catalog_producer AS producer ON producer.id = product.producer_id
    GROUP BY product.folded
    ORDER BY rank, weight, product.folded
    LIMIT %(row_limit)s
) UNION ALL (
    SELECT 'producer', producer.id, producer.name, 1, ARRAY[producer.public_id], province.full_name,
        5 - (word_similarity(%(query)s, producer.folded) + similarity(%(query)s, producer.folded)) / 2 AS rank, length(producer.folded)::float AS weight
    FROM (SELECT * FROM catalog_producer WHERE %(query)s <%% folded LIMIT 300) AS producer
    LEFT JOIN divisions_division AS province ON province.id = producer.province_id
    ORDER BY rank, weight, producer.folded
    LIMIT %(row_limit)s
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
