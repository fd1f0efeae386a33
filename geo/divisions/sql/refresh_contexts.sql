-- Write what each division is or once was inside of: above itself, above what it came from and above what it became, and
-- what became of those provinces and districts.
-- Usage: after each load. Reads all divisions and lineage once.
WITH RECURSIVE forward (unit, id) AS (
    SELECT id, id FROM divisions_division
    UNION
    SELECT forward.unit, link.successor_id
      FROM forward JOIN divisions_lineage AS link ON link.predecessor_id = forward.id
),
backward (unit, id) AS (
    SELECT id, id FROM divisions_division WHERE level <> 'PROVINCE'
    UNION
    SELECT backward.unit, link.predecessor_id
      FROM backward JOIN divisions_lineage AS link ON link.successor_id = backward.id
),
kin (unit, id) AS (
    SELECT forward.unit, forward.id FROM forward JOIN divisions_division AS own ON own.id = forward.unit
     WHERE own.level <> 'PROVINCE'
    UNION
    SELECT unit, id FROM backward
),
above (unit, id) AS (
    SELECT kin.unit, parent.id FROM kin
      JOIN divisions_division AS own ON own.id = kin.id
      JOIN divisions_division AS parent ON parent.id = own.parent_id
    UNION
    SELECT kin.unit, parent.parent_id FROM kin
      JOIN divisions_division AS own ON own.id = kin.id
      JOIN divisions_division AS parent ON parent.id = own.parent_id AND parent.parent_id IS NOT NULL
),
inside AS (
    SELECT above.unit, array_agg(DISTINCT forward.id ORDER BY forward.id) AS ids
      FROM above JOIN forward ON forward.unit = above.id
     GROUP BY above.unit
)
INSERT INTO divisions_divisioncontext AS context (division_id, within)
SELECT division.id, coalesce(inside.ids, '{}')
  FROM divisions_division AS division LEFT JOIN inside ON inside.unit = division.id
ON CONFLICT (division_id) DO UPDATE SET within = excluded.within WHERE context.within <> excluded.within
