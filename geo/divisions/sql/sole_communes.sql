-- Former districts all of whose communes are one commune on a day (an island district), and which.
-- Usage: resolve(). Indexes: the foreign key on parent, lineage_once, the primary key.
-- One by one (OFFSET 0): nothing tells the planner how few there are, and it would read all lineage and all communes.
WITH RECURSIVE forward (unit, id) AS (
    SELECT parent_id, id FROM divisions_division WHERE parent_id = ANY (%(units)s)
    UNION ALL
    SELECT forward.unit, link.successor_id
      FROM forward CROSS JOIN LATERAL (
        SELECT successor_id FROM divisions_lineage WHERE predecessor_id = forward.id OFFSET 0) AS link
)
SELECT forward.unit, min(forward.id)
  FROM forward CROSS JOIN LATERAL (
    SELECT level, validity FROM divisions_division WHERE id = forward.id OFFSET 0) AS division
 WHERE division.level = 'COMMUNE' AND division.validity @> %(day)s::date
 GROUP BY forward.unit
HAVING count(DISTINCT forward.id) = 1
