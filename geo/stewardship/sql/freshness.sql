-- Counts and scores every province and commune of today: open places and what is known of them, reports unanswered.
-- Usage: refreshing.refresh(). Reads each mark and place once; a division that a decree has ended counts for what it
-- became, in its province alone where that is more than one commune. Parameters: day, since (a check before it is too
-- old), the weights checked, filled, positioned, unreported. Indexes: lineage_once; stewardship_report_state.
INSERT INTO stewardship_freshness
    (division_id, province_id, places, samples, checked, positioned, asked, known, reports, score)
WITH RECURSIVE counted AS MATERIALIZED (
    SELECT mark.province_id, mark.commune_id, count(*) AS places,
        count(*) FILTER (WHERE place.is_sample) AS samples,
        count(*) FILTER (WHERE place.checked_on >= %(since)s) AS checked,
        count(*) FILTER (WHERE mark.point IS NOT NULL AND NOT mark.approximate) AS positioned,
        -- Asked of every place: address, a contact, its goods; of a point of sale (kind 2) its hours too.
        sum(3 + (mark.kind = 2)::int) AS asked,
        sum((place.address > '')::int
            + (place.phone > '' OR place.email > '' OR place.zalo > '' OR place.website > '')::int
            + (mark.shelf <> '{}')::int
            + (mark.kind = 2 AND place.schedule_id IS NOT NULL)::int) AS known
    FROM places_mark AS mark JOIN places_place AS place ON place.id = mark.place_id
    WHERE mark.status = 0
    GROUP BY mark.province_id, mark.commune_id
), reported AS MATERIALIZED (
    SELECT coalesce(report.province_id, place.province_id, own.province_id, maker.province_id) AS province_id,
        coalesce(report.commune_id, place.commune_id, own.commune_id, maker.commune_id) AS commune_id,
        count(*) AS reports
    FROM stewardship_report AS report
    LEFT JOIN places_place AS place ON place.public_id = report.subject_id
    LEFT JOIN catalog_producer AS own ON own.public_id = report.subject_id
    LEFT JOIN catalog_product AS product ON product.public_id = report.subject_id
    LEFT JOIN catalog_producer AS maker ON maker.id = product.producer_id
    WHERE report.state = 'new'
    GROUP BY 1, 2
), forward (unit, id) AS (
    SELECT id, id FROM (
        SELECT province_id AS id FROM counted UNION SELECT commune_id FROM counted
        UNION SELECT province_id FROM reported UNION SELECT commune_id FROM reported
        UNION SELECT parent_id FROM divisions_division WHERE level = 'COMMUNE' AND validity @> %(day)s::date
    ) AS named WHERE id IS NOT NULL
    UNION
    SELECT forward.unit, link.successor_id
    FROM forward JOIN divisions_lineage AS link ON link.predecessor_id = forward.id
), heir AS MATERIALIZED (
    SELECT forward.unit, min(forward.id) AS id
    FROM forward JOIN divisions_division AS division ON division.id = forward.id
    WHERE division.validity @> %(day)s::date
    GROUP BY forward.unit HAVING count(DISTINCT forward.id) = 1
), ruler AS MATERIALIZED (
    -- Few rows: joined by a loop, as the planner will have it, with all communes.
    SELECT heir.unit, heir.id FROM heir JOIN divisions_division AS division ON division.id = heir.id
    WHERE division.level = 'PROVINCE'
), facts AS (
    SELECT coalesce(inside.id, outside.id) AS province_id, commune.id AS commune_id,
        fact.places, fact.samples, fact.checked, fact.positioned, fact.asked, fact.known, fact.reports
    FROM (
        SELECT province_id, commune_id, places, samples, checked, positioned, asked, known, 0 AS reports FROM counted
        UNION ALL
        SELECT province_id, commune_id, 0, 0, 0, 0, 0, 0, reports FROM reported
    ) AS fact
    LEFT JOIN heir AS commune ON commune.unit = fact.commune_id
    LEFT JOIN divisions_division AS division ON division.id = commune.id
    LEFT JOIN ruler AS inside ON inside.unit = division.parent_id
    LEFT JOIN ruler AS outside ON outside.unit = fact.province_id
), totals AS (
    SELECT coalesce(commune_id, province_id) AS unit,
        sum(places) AS places, sum(samples) AS samples, sum(checked) AS checked, sum(positioned) AS positioned,
        sum(asked) AS asked, sum(known) AS known, sum(reports) AS reports
    FROM facts
    GROUP BY GROUPING SETS ((province_id), (commune_id))
)
SELECT unit.id, ruler.id, coalesce(places, 0), coalesce(samples, 0), coalesce(checked, 0), coalesce(positioned, 0),
    coalesce(asked, 0), coalesce(known, 0), coalesce(reports, 0),
    CASE WHEN places > 0 THEN floor(0.5 + %(checked)s * checked / places + %(filled)s * known / greatest(asked, 1)
        + %(positioned)s * positioned / places + %(unreported)s * greatest(0, 1 - reports / places)) END
FROM divisions_division AS unit
LEFT JOIN totals ON totals.unit = unit.id
LEFT JOIN ruler ON ruler.unit = unit.parent_id AND unit.level = 'COMMUNE'
WHERE unit.validity @> %(day)s::date AND unit.level IN ('PROVINCE', 'COMMUNE')
