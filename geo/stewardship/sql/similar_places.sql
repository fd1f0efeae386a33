-- Places that may be the same as each of some asked for: those near by, of the same producer, of the same name, and (where
-- the position isn't measured) of the same commune, whose names are alike; of each the likeliest by name, those with the
-- same numbers in it first.
-- Usage: duplicates.find_many. Indexes: places_place_location_geography, the foreign key on producer, places_place_name,
-- places_place_commune.
SELECT asked.position, alike.id, alike.likeness, alike.metres
  FROM unnest(%(names)s::text[], %(lons)s::float8[], %(lats)s::float8[], %(producers)s::bigint[], %(communes)s::bigint[],
              %(except)s::bigint[])
       WITH ORDINALITY AS asked (name, lon, lat, producer, commune, except_id, position)
 CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326)::geography AS spot) AS here
 CROSS JOIN LATERAL (
    SELECT candidate.id, named.likeness,
           CASE WHEN candidate.location_accuracy IN ('surveyed', 'gps', 'address')
               THEN ST_Distance(candidate.location::geography, here.spot) END AS metres
      FROM (
        SELECT DISTINCT ON (found.id) found.id, found.folded, found.location, found.location_accuracy
          FROM (
            (SELECT id, folded, location, location_accuracy FROM places_place
              WHERE ST_DWithin(location::geography, here.spot, %(metres)s)
              ORDER BY location::geography <-> here.spot LIMIT %(near)s)
            UNION ALL
            (SELECT id, folded, location, location_accuracy FROM places_place
              WHERE producer_id = asked.producer LIMIT %(near)s)
            UNION ALL
            (SELECT id, folded, location, location_accuracy FROM places_place WHERE folded = asked.name LIMIT %(near)s)
            UNION ALL
            (SELECT id, folded, location, location_accuracy FROM places_place
              WHERE commune_id = asked.commune AND here.spot IS NULL LIMIT %(in_commune)s)
          ) AS found
         WHERE found.id IS DISTINCT FROM asked.except_id
      ) AS candidate
     CROSS JOIN LATERAL (SELECT similarity(candidate.folded, asked.name) AS likeness OFFSET 0) AS named
     WHERE named.likeness >= %(likeness)s
     ORDER BY regexp_replace(candidate.folded, '[^0-9]+', ' ', 'g') = regexp_replace(asked.name, '[^0-9]+', ' ', 'g') DESC,
              named.likeness DESC, candidate.id
     LIMIT %(scored)s
 ) AS alike
 ORDER BY asked.position, alike.likeness DESC, alike.id
