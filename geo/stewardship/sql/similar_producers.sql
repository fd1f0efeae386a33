-- Producers that may be the same as each of some asked for: those of the same name, those of the same commune, and where
-- either side names no commune those of the same province, whose names are alike.
-- Usage: catalog_duplicates.find_producers. Indexes: catalog_producer_begins, the foreign keys on commune and province,
-- catalog_producer_folded.
SELECT asked.position, alike.id, alike.likeness
  FROM unnest(%(names)s::text[], %(communes)s::bigint[], %(provinces)s::bigint[], %(except)s::bigint[])
       WITH ORDINALITY AS asked (name, commune, province, except_id, position)
 CROSS JOIN LATERAL (
    SELECT DISTINCT ON (found.id) found.id, similarity(found.folded, asked.name) AS likeness
      FROM (
        (SELECT id, folded FROM catalog_producer WHERE folded = asked.name LIMIT %(most)s)
        UNION ALL
        (SELECT id, folded FROM catalog_producer WHERE commune_id = asked.commune LIMIT %(in_commune)s)
        UNION ALL
        (SELECT id, folded FROM catalog_producer
          WHERE province_id = asked.province AND commune_id IS NULL AND folded %% asked.name LIMIT %(most)s)
        UNION ALL
        (SELECT id, folded FROM catalog_producer
          WHERE asked.commune IS NULL AND province_id = asked.province AND folded %% asked.name LIMIT %(most)s)
      ) AS found
     WHERE found.id IS DISTINCT FROM asked.except_id
 ) AS alike
 WHERE alike.likeness >= %(likeness)s
 ORDER BY asked.position, alike.likeness DESC, alike.id
