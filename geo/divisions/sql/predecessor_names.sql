-- Full names of the units of the oldest map that divisions came from, whole ones before split ones.
-- Usage: predecessor_names_of(). Index: the foreign key on successor.
WITH RECURSIVE backward (unit, id, share) AS (
    SELECT link.successor_id, link.predecessor_id, link.share
      FROM divisions_lineage AS link WHERE link.successor_id = ANY (%(units)s)
    UNION
    SELECT backward.unit, link.predecessor_id, link.share
      FROM backward JOIN divisions_lineage AS link ON link.successor_id = backward.id
)
SELECT backward.unit, division.full_name
  FROM backward JOIN divisions_division AS division ON division.id = backward.id
 WHERE division.valid_from IS NULL
 ORDER BY backward.unit, backward.share DESC, division.code
