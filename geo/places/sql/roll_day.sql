-- What the calendar changes between two days without a write, for mirrors and caches.
-- Parameters: the last day done (excluded) and the day to do (included), as %(before)s and %(day)s.
WITH turned AS (
    -- Certificates that begin, are about to end, end or are revoked on one of these days: their products and the
    -- places of these change. Uses catalog_certificate_until for the ends; the table is read once a day.
    SELECT DISTINCT subject_id FROM catalog_certificate
    WHERE (valid_from > %(before)s AND valid_from <= %(day)s)
        OR (valid_until > %(before)s AND valid_until <= %(day)s)
        OR (valid_until > %(before)s::date + %(ending)s AND valid_until <= %(day)s::date + %(ending)s)
        OR (revoked_on > %(before)s AND revoked_on <= %(day)s)
        OR (valid_until IS NULL AND decision_year IS NOT NULL
            AND extract(year FROM %(before)s::date) < extract(year FROM %(day)s::date))
), changed AS (
    SELECT product.public_id, 'products' AS collection
    FROM turned JOIN catalog_product AS product ON product.public_id = turned.subject_id
    UNION
    SELECT place.public_id, 'places'
    FROM turned
    JOIN catalog_product AS product ON product.public_id = turned.subject_id
    JOIN places_placeproduct AS part ON part.product_id = product.id
    JOIN places_place AS place ON place.id = part.place_id
)
INSERT INTO spatial_change (transaction, collection, feature_id, operation)
SELECT spatial_transaction(), collection, public_id, 'U' FROM changed
