-- Marks of products and producers that are right whoever commits last, as settle.sql does it for places.

-- Public ids of the products and producers that both sides have touched, as places_touched_twice: a product is touched by
-- itself, its certificates and where it is made, a producer by itself, where it works and all that touches its products.
CREATE OR REPLACE FUNCTION places_catalog_touched_twice(few uuid[], many uuid[]) RETURNS varchar[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    touched varchar[] := ARRAY(SELECT public_id FROM places_catalog_touched(few));
    public_ids varchar[];
    things text[];
    changed text[];
BEGIN
    WITH record AS MATERIALIZED (
        SELECT public_id, id AS product_id, public_id AS product FROM catalog_product WHERE public_id = ANY (touched)
        UNION ALL
        SELECT producer.public_id, product.id, product.public_id FROM catalog_producer AS producer
        JOIN catalog_product AS product ON product.producer_id = producer.id
        WHERE producer.public_id = ANY (touched)
    )
    SELECT array_agg(public_id), array_agg(thing) INTO public_ids, things FROM (
        SELECT public_id, 'producers ' || public_id AS thing FROM unnest(touched) AS public_id
        UNION ALL
        SELECT producer.public_id, 'places ' || place.public_id FROM catalog_producer AS producer
        JOIN places_place AS place ON place.producer_id = producer.id WHERE producer.public_id = ANY (touched)
        UNION ALL
        SELECT public_id, 'products ' || product FROM record
        UNION ALL
        SELECT record.public_id, 'certificates ' || certificate.id FROM record
        JOIN catalog_certificate AS certificate ON certificate.subject_id = record.product
        UNION ALL
        SELECT record.public_id, 'places ' || place.public_id FROM record
        JOIN places_placeproduct AS part ON part.product_id = record.product_id
            AND part.role IN ('grows', 'makes', 'processes')
        JOIN places_place AS place ON place.id = part.place_id
    ) AS touching;
    changed := places_changed(things, many);
    RETURN CASE WHEN changed IS NULL THEN '{}' ELSE ARRAY(
        SELECT DISTINCT public_id FROM unnest(public_ids, things) AS touching (public_id, thing)
        WHERE thing IN (SELECT unnest(changed))) END;
END $$;

-- Deferred trigger, at commit behind spatial_stamp_versions, as places_settle: refreshes what this transaction and one that
-- committed meanwhile have both touched, and what stayed noted, of 500 records at most.
CREATE OR REPLACE FUNCTION places_settle_catalog() RETURNS trigger
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    others uuid[];
    few uuid[];
    again varchar[] := '{}';
    noted varchar[];
BEGIN
    SELECT array_agg(transaction) INTO others FROM spatial_changedcollection
        WHERE collection = 'places' AND committed_at > transaction_timestamp() - interval '2 s'
            AND transaction <> NEW.transaction;
    IF others IS NOT NULL THEN
        few := places_fewer(NEW.transaction, others);
        again := places_catalog_touched_twice(few, CASE WHEN few = others THEN ARRAY[NEW.transaction] ELSE others END);
    END IF;
    WITH late AS (
        DELETE FROM places_latecatalog
        WHERE id IN (SELECT id FROM places_latecatalog ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)
        RETURNING public_id
    )
    SELECT array_agg(DISTINCT public_id) INTO noted FROM late;
    PERFORM places_follow_catalog(ARRAY(SELECT unnest(again) UNION SELECT unnest(noted)));
    RETURN NULL;
END $$;
