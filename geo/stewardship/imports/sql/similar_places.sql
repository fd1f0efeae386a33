-- Places close to each of many points whose names are much alike: perhaps the same one, written otherwise.
-- Usage: places.recognise. Index: places_place_location_geography.
SELECT asked.position, place.id
  FROM unnest(%(lons)s::float8[], %(lats)s::float8[], %(names)s::text[])
       WITH ORDINALITY AS asked (lon, lat, name, position)
  JOIN LATERAL (
      SELECT near.id, near.folded
        FROM places_place AS near
       WHERE ST_DWithin(near.location::geography, ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326)::geography, %(metres)s)
         AND near.location_accuracy IN ('surveyed', 'gps', 'address')
       LIMIT 200
  ) AS place ON similarity(place.folded, asked.name) > %(alike)s
