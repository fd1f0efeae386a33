-- What the peers read: the same places as ours, in a schema of their own, as a careful user would keep them for tipg and
-- pygeoapi: one table with the columns to publish and the usual indexes. Contacts follow the rule of the product: shown
-- for points of sale (the generated ones are the shops themselves).
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

CREATE TABLE bench.places AS
WITH product AS (
    SELECT product.id, product.public_id, product.name, product.folded, category.code, certificate.stars,
        certificate.valid_until
    FROM catalog_product AS product
    LEFT JOIN catalog_productcategory AS category ON category.id = product.category_id
    LEFT JOIN catalog_currentcertificate AS certificate
        ON certificate.subject_id = product.public_id AND certificate.scheme_id = 'OCOP'
), node AS (
    SELECT id, code AS node FROM product WHERE code IS NOT NULL
    UNION SELECT id, split_part(code, '.', 1) FROM product WHERE code IS NOT NULL
    UNION SELECT id, split_part(code, '.', 1) || '.' || split_part(code, '.', 2) FROM product WHERE code LIKE '%.%'
), made AS (
    SELECT part.place_id, jsonb_agg(jsonb_build_object('id', product.public_id, 'name', product.name,
        'role', part.role, 'category', product.code, 'stars', product.stars, 'certificate', product.valid_until)
        ORDER BY product.folded, part.role) AS products
    FROM places_placeproduct AS part JOIN product ON product.id = part.product_id GROUP BY part.place_id
), found AS (
    SELECT place_id, ';' || string_agg(node, ';') || ';' AS categories FROM (
        SELECT DISTINCT part.place_id, node.node FROM places_placeproduct AS part JOIN node ON node.id = part.product_id
    ) AS pair GROUP BY place_id
)
SELECT place.public_id AS id, place.name, place.folded, place.kind, nullif(place.outlet, '') AS outlet, place.status,
    province.full_name AS province, province.code AS province_code, commune.full_name AS commune,
    commune.code AS commune_code, CASE WHEN place.kind = 'point_of_sale' THEN nullif(place.address, '') END AS address,
    place.location_accuracy, producer.name AS producer, producer.public_id AS producer_id,
    coalesce(made.products, '[]') AS products, schedule.expression AS opening_hours,
    CASE WHEN place.kind = 'point_of_sale' THEN nullif(place.phone, '') END AS phone, place.checked_on,
    place.source_kind, place.source_name, place.source_licence, found.categories, place.location AS geom
FROM places_place AS place
JOIN divisions_division AS province ON province.id = place.province_id
LEFT JOIN divisions_division AS commune ON commune.id = place.commune_id
LEFT JOIN catalog_producer AS producer ON producer.id = place.producer_id
LEFT JOIN places_openingschedule AS schedule ON schedule.id = place.schedule_id
LEFT JOIN made ON made.place_id = place.id
LEFT JOIN found ON found.place_id = place.id;

ALTER TABLE bench.places ADD PRIMARY KEY (id);
ALTER TABLE bench.places ALTER COLUMN geom TYPE geometry(Point, 4326);
CREATE INDEX ON bench.places USING gist (geom);
CREATE INDEX ON bench.places (folded, id);
CREATE INDEX ON bench.places USING gin (categories gin_trgm_ops);

-- The few columns that a map draws, for tiles: in degrees as collected, and projected beforehand.
CREATE TABLE bench.points AS SELECT id, name, kind, status, geom FROM bench.places WHERE geom IS NOT NULL;
ALTER TABLE bench.points ADD PRIMARY KEY (id);
ALTER TABLE bench.points ALTER COLUMN geom TYPE geometry(Point, 4326);
CREATE INDEX ON bench.points USING gist (geom);
CREATE TABLE bench.projected AS SELECT id, name, kind, status, ST_Transform(geom, 3857) AS geom FROM bench.points;
ALTER TABLE bench.projected ADD PRIMARY KEY (id);
ALTER TABLE bench.projected ALTER COLUMN geom TYPE geometry(Point, 3857);
CREATE INDEX ON bench.projected USING gist (geom);
