-- All rows of the same unit on the same ground: earlier and later titles of one code, nothing merged in or split off.
-- Usage: store_boundaries(). Indexes: lineage_once, the foreign key on successor.
WITH RECURSIVE sole AS (
    SELECT link.predecessor_id, link.successor_id
      FROM divisions_lineage AS link
      JOIN divisions_division AS before ON before.id = link.predecessor_id
      JOIN divisions_division AS after ON after.id = link.successor_id
     WHERE link.share = 'whole' AND before.level = after.level AND before.code = after.code
       AND NOT EXISTS (
        SELECT 1 FROM divisions_lineage AS other
         WHERE other.successor_id = link.successor_id AND other.predecessor_id <> link.predecessor_id)
),
same (unit, id) AS (
    SELECT id, id FROM divisions_division WHERE id = ANY (%(units)s)
    UNION
    SELECT same.unit, CASE same.id WHEN sole.predecessor_id THEN sole.successor_id ELSE sole.predecessor_id END
      FROM same JOIN sole ON same.id IN (sole.predecessor_id, sole.successor_id)
)
SELECT unit, id FROM same ORDER BY unit, id
