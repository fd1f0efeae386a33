-- The commune in force on a day that holds each of many points (EPSG:4326), where boundaries are loaded.
-- Usage: ground.communes_at. Index: the spatial index of divisions_divisionboundarypart.part.
SELECT asked.position, held.id
  FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS asked (lon, lat, position)
  JOIN LATERAL (
      SELECT division.id
        FROM divisions_divisionboundarypart AS part
        JOIN divisions_division AS division ON division.id = part.division_id
       WHERE ST_Intersects(part.part, ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326))
         AND division.level = 'COMMUNE' AND division.validity @> %(day)s::date
       ORDER BY division.code
       LIMIT 1
  ) AS held ON true
