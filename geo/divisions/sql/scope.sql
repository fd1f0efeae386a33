-- The communes, on a day, of any unit of any map. Of a former unit: what its communes became, whole or in part, and never
-- the rest of a province it was merged into.
-- Usage: scope(). Indexes: the foreign key on parent, lineage_once, the foreign key on successor, the primary key.
-- UNION ALL: time and levels leave no circles, and UNION would set up hash tables for millions of rows it expects.
WITH RECURSIVE same (id) AS (
    -- The unit and what was only retitled: the whole of it went to a successor that got nothing else.
    SELECT id FROM divisions_division WHERE id = ANY (%(units)s)
    UNION ALL
    SELECT link.successor_id
      FROM same
      JOIN divisions_lineage AS link ON link.predecessor_id = same.id AND link.share = 'whole'
     WHERE NOT EXISTS (
        SELECT 1 FROM divisions_lineage AS other
         WHERE other.successor_id = link.successor_id AND other.predecessor_id <> link.predecessor_id)
),
below (id) AS (
    SELECT id FROM same
    UNION ALL
    SELECT child.id FROM below JOIN divisions_division AS child ON child.parent_id = below.id
),
ground AS (SELECT array_agg(DISTINCT id) AS ids FROM below),
forward (id) AS (
    SELECT unnest(ids) FROM ground
    UNION ALL
    SELECT link.successor_id FROM forward JOIN divisions_lineage AS link ON link.predecessor_id = forward.id
),
backward (id) AS (
    SELECT unnest(ids) FROM ground
    UNION ALL
    SELECT link.predecessor_id FROM backward JOIN divisions_lineage AS link ON link.successor_id = backward.id
)
SELECT division.id
  FROM divisions_division AS division
 WHERE division.id = ANY (ARRAY(SELECT id FROM forward UNION ALL SELECT id FROM backward))
   AND division.level = 'COMMUNE' AND division.validity @> %(day)s::date
 ORDER BY division.id
