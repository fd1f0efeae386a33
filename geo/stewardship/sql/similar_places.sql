-- Places that may be the same as each of some asked for: those near by, of the same producer and of the same name. A name
-- is compared only where the other signs let it suffice; of each asked for the likeliest. Behind them, without a
-- position, all places of the communes in which some are asked for that have no position of their own.
-- The weights are those of likeness.py; what is left out here could not reach the least score there.
-- Usage: duplicates.find_many. Indexes: the one on location, the foreign key on producer, places_place_name,
-- places_place_commune.
SELECT asked.position, alike.likeness, alike.metres, alike.id, alike.folded, alike.producer_id, alike.commune_id, alike.phone,
       alike.kind
  FROM unnest(%(names)s::text[], %(numbers)s::text[], %(lons)s::float8[], %(lats)s::float8[], %(producers)s::bigint[],
              %(own_communes)s::bigint[], %(phones)s::text[], %(kinds)s::text[], %(except)s::bigint[])
       WITH ORDINALITY AS asked (name, numbers, lon, lat, producer, commune, phone, kind, except_id, position)
 CROSS JOIN LATERAL (
    SELECT point, point::geography AS spot,
           ST_Expand(point, %(metres)s / (110000.0 * cos(radians(asked.lat))), %(metres)s / 110000.0) AS around
      FROM ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326) AS point OFFSET 0
 ) AS here
 CROSS JOIN LATERAL (
    SELECT candidate.*, named.likeness, named.likeness - signs.needed AS above
      FROM (
        SELECT DISTINCT ON (found.id) found.id, found.folded, found.producer_id, found.commune_id, found.phone, found.kind,
               CASE WHEN found.location_accuracy IN ('surveyed', 'gps', 'address') THEN found.metres END AS metres
          FROM (
            SELECT near.* FROM (
                SELECT id, folded, producer_id, commune_id, phone, kind, location_accuracy,
                       ST_Distance(location::geography, here.spot) AS metres
                  FROM places_place WHERE location && here.around ORDER BY location <-> here.point LIMIT %(near)s
            ) AS near WHERE near.metres <= %(metres)s
            UNION ALL
            (SELECT id, folded, producer_id, commune_id, phone, kind, location_accuracy,
                    ST_Distance(location::geography, here.spot)
               FROM places_place WHERE producer_id = asked.producer LIMIT %(near)s)
            UNION ALL
            (SELECT id, folded, producer_id, commune_id, phone, kind, location_accuracy,
                    ST_Distance(location::geography, here.spot)
               FROM places_place WHERE folded = asked.name LIMIT %(near)s)
          ) AS found
         WHERE found.id IS DISTINCT FROM asked.except_id
      ) AS candidate
     CROSS JOIN LATERAL (
        SELECT (
            %(least)s
            - CASE WHEN candidate.metres IS NULL
                   THEN CASE WHEN candidate.commune_id = asked.commune THEN %(same_commune)s::float8
                             WHEN candidate.commune_id <> asked.commune THEN %(other_commune)s ELSE %(any_commune)s END
                   ELSE coalesce((%(nearness)s::float8[])[1 + width_bucket(candidate.metres - 0.001, %(reaches)s::float8[])],
                                 %(far)s) END
            - CASE WHEN candidate.producer_id = asked.producer THEN %(same_producer)s::float8
                   WHEN candidate.producer_id <> asked.producer THEN %(other_producer)s ELSE 0 END
            - CASE WHEN asked.phone > '' AND right(regexp_replace(candidate.phone, '[^0-9]', '', 'g'), 9) = asked.phone
                   THEN %(same_phone)s::float8 ELSE 0 END
            - CASE WHEN asked.kind > '' AND candidate.kind <> asked.kind THEN %(other_kind)s::float8 ELSE 0 END
            - CASE WHEN trim(regexp_replace(candidate.folded, '[^0-9]+', ' ', 'g')) <> asked.numbers
                   THEN %(other_numbers)s::float8 ELSE 0 END) / %(name)s AS needed
        OFFSET 0
     ) AS signs
     CROSS JOIN LATERAL (
        SELECT CASE WHEN signs.needed <= 1 THEN similarity(candidate.folded, asked.name) END AS likeness OFFSET 0
     ) AS named
     WHERE named.likeness >= greatest(signs.needed, %(likeness)s)
     ORDER BY above DESC, candidate.id
     LIMIT %(scored)s
 ) AS alike
 UNION ALL
SELECT NULL, NULL, NULL, inside.id, inside.folded, inside.producer_id, inside.commune_id, inside.phone, inside.kind
  FROM unnest(%(communes)s::bigint[]) AS wanted (commune)
 CROSS JOIN LATERAL (SELECT * FROM places_place WHERE commune_id = wanted.commune LIMIT %(in_commune)s) AS inside
