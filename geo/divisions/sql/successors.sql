-- What units are on a day: every end of their lineage, whether all of the unit went there, and whether the register
-- proposes it.
-- Usage: resolve(). Indexes: lineage_once (predecessor first), the primary key. One by one, as in sole_communes.
WITH RECURSIVE forward (unit, id, whole, is_default) AS (
    SELECT id, id, true, true FROM divisions_division WHERE id = ANY (%(units)s)
    UNION ALL
    SELECT forward.unit, link.successor_id, forward.whole AND link.share = 'whole', forward.is_default AND link.is_default
      FROM forward CROSS JOIN LATERAL (
        SELECT * FROM divisions_lineage WHERE predecessor_id = forward.id OFFSET 0) AS link
)
SELECT forward.unit, forward.id, bool_or(forward.whole), bool_or(forward.is_default)
  FROM forward CROSS JOIN LATERAL (
    SELECT validity FROM divisions_division WHERE id = forward.id OFFSET 0) AS division
 WHERE division.validity @> %(day)s::date
 GROUP BY forward.unit, forward.id
 ORDER BY forward.unit, forward.id
