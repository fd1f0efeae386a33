-- The units that answer to any of the keys, with all they are or once were inside of.
-- Usage: resolve(). Indexes: division_key, division_alias_key, the primary keys.
WITH named AS (
    SELECT id AS unit, key AS matched, 'official' AS kind, unit_type AS said_type, name AS said_name
      FROM divisions_division
     WHERE key = ANY (%(keys)s)
    UNION ALL
    SELECT alias.division_id, alias.key, alias.kind, coalesce(nullif(alias.unit_type, ''), division.unit_type), alias.name
      FROM divisions_divisionalias AS alias
      JOIN divisions_division AS division ON division.id = alias.division_id
     WHERE alias.key = ANY (%(keys)s)
)
SELECT division.id, division.level, named.said_type, named.said_name, named.matched,
       division.valid_from, division.valid_until,
       array_remove(ARRAY[division.parent_id, parent.parent_id], NULL) AS parents,
       array_remove(ARRAY[division.parent_id, parent.parent_id], NULL) || coalesce(context.within, '{}') AS context,
       named.kind
  FROM named
  JOIN divisions_division AS division ON division.id = named.unit
  LEFT JOIN divisions_division AS parent ON parent.id = division.parent_id
  LEFT JOIN divisions_divisioncontext AS context ON context.division_id = named.unit
 ORDER BY division.id
