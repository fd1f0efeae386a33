-- Which of the places given lie in exactly one of the divisions given, by their boundaries: measured positions only.
-- Usage: decrees.following. Indexes: the primary key of places_place, the spatial index of divisions_divisionboundarypart.
SELECT place.id, min(part.division_id)
  FROM places_place AS place
  JOIN divisions_divisionboundarypart AS part
    ON part.division_id = ANY (%(candidates)s) AND ST_Intersects(part.part, place.location)
 WHERE place.id = ANY (%(places)s) AND place.location_accuracy IN ('surveyed', 'gps', 'address')
 GROUP BY place.id
HAVING count(DISTINCT part.division_id) = 1
