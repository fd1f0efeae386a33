-- Which units are still there under another title or name: the whole of each went to a successor made of nothing else.
-- Usage: resolve(), to tell a retitled province from a merged one. Indexes: lineage_once, the foreign key on successor.
WITH RECURSIVE same (unit, id) AS (
    SELECT id, id FROM divisions_division WHERE id = ANY (%(units)s)
    UNION
    SELECT same.unit, link.successor_id
      FROM same
      JOIN divisions_lineage AS link ON link.predecessor_id = same.id AND link.share = 'whole'
     WHERE NOT EXISTS (
        SELECT 1 FROM divisions_lineage AS other
         WHERE other.successor_id = link.successor_id AND other.predecessor_id <> link.predecessor_id)
)
SELECT same.unit
  FROM same JOIN divisions_division AS division ON division.id = same.id
 WHERE division.validity @> %(day)s::date
