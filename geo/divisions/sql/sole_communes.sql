-- Former districts all of whose communes are one commune on a day (an island district), and which.
-- Usage: resolve(). Indexes: the foreign key on parent, lineage_once.
WITH RECURSIVE forward (unit, id) AS (
    SELECT parent_id, id FROM divisions_division WHERE parent_id = ANY (%(units)s)
    UNION ALL
    SELECT forward.unit, link.successor_id
      FROM forward JOIN divisions_lineage AS link ON link.predecessor_id = forward.id
)
SELECT forward.unit, min(forward.id)
  FROM forward JOIN divisions_division AS division ON division.id = forward.id
 WHERE division.level = 'COMMUNE' AND division.validity @> %(day)s::date
 GROUP BY forward.unit
HAVING count(DISTINCT forward.id) = 1
