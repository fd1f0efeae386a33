-- Products that may be the same as each of some asked for: those of the same producer, of the same name, of the same GTIN.
-- Usage: catalog_duplicates.find_products. Indexes: the foreign key on producer, catalog_product_begins,
-- catalog_product_by_gtin.
SELECT asked.position, alike.id, alike.likeness
  FROM unnest(%(names)s::text[], %(producers)s::bigint[], %(gtins)s::text[], %(except)s::bigint[])
       WITH ORDINALITY AS asked (name, producer, gtin, except_id, position)
 CROSS JOIN LATERAL (
    SELECT DISTINCT ON (found.id) found.id, similarity(found.folded, asked.name) AS likeness, found.gtin
      FROM (
        (SELECT id, folded, gtin FROM catalog_product WHERE producer_id = asked.producer LIMIT %(most)s)
        UNION ALL
        (SELECT id, folded, gtin FROM catalog_product WHERE folded = asked.name LIMIT %(most)s)
        UNION ALL
        (SELECT id, folded, gtin FROM catalog_product WHERE gtin = asked.gtin AND gtin > '' LIMIT %(most)s)
      ) AS found
     WHERE found.id IS DISTINCT FROM asked.except_id
 ) AS alike
 WHERE alike.likeness >= %(likeness)s OR alike.gtin = asked.gtin AND alike.gtin > ''
 ORDER BY asked.position, alike.likeness DESC, alike.id
