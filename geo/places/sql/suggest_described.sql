-- What suggestions say of the records chosen, by their keys: one row each with its type, its key and the rest as JSON.
-- Parameters: products, places, divisions (primary keys), day (of the certificate states).
SELECT 'product', product.id, json_build_object(
    'name_en', product.name_en, 'stars', current.stars, 'state', CASE WHEN current.subject_id IS NOT NULL THEN
        places_state(current.valid_from, current.valid_until, current.revoked_on, current.ended_on, %(day)s) END)
FROM catalog_product AS product
-- The view is asked for each product: without LIMIT it would be made for all and joined.
LEFT JOIN LATERAL (
    SELECT * FROM catalog_currentcertificate WHERE subject_id = product.public_id AND scheme_id = 'OCOP' LIMIT 1
) AS current ON true
WHERE product.id = ANY (%(products)s)
UNION ALL
SELECT 'place', place.id, json_build_object('kind', place.kind, 'status', place.status, 'lon', ST_X(place.location),
    'lat', ST_Y(place.location), 'divisions', array_remove(ARRAY[commune.full_name, province.full_name], NULL))
FROM places_place AS place
LEFT JOIN divisions_division AS commune ON commune.id = place.commune_id
LEFT JOIN divisions_division AS province ON province.id = place.province_id
WHERE place.id = ANY (%(places)s)
UNION ALL
SELECT 'division', division.id, json_build_object('id', division.id, 'code', division.code, 'level', division.level,
    'name_en', division.name_en, 'full_name', division.full_name, 'valid_until', division.valid_until,
    'parent', parent.full_name, 'lon', ST_X(division.location), 'lat', ST_Y(division.location),
    'bbox', CASE WHEN outline.boundary IS NOT NULL THEN ARRAY[
        ST_XMin(outline.boundary), ST_YMin(outline.boundary), ST_XMax(outline.boundary), ST_YMax(outline.boundary)] END)
FROM divisions_division AS division
LEFT JOIN divisions_division AS parent ON parent.id = division.parent_id
LEFT JOIN divisions_divisionboundary AS outline ON outline.division_id = division.id
WHERE division.id = ANY (%(divisions)s)
