-- Makes the words of these places (places_placesearch) anew.
CREATE OR REPLACE FUNCTION places_refresh_search(place_ids bigint[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = auto SET enable_nestloop = on AS $$
BEGIN
    PERFORM places_plans_for(cardinality(place_ids));
    PERFORM places_joins_for(cardinality(place_ids));
    INSERT INTO places_placesearch AS search (place_id, words)
        SELECT place.id, ' ' || concat_ws(' ', place.folded, made.words, producer.folded, commune.folded, province.folded)
        FROM places_place AS place
        LEFT JOIN catalog_producer AS producer ON producer.id = place.producer_id
        LEFT JOIN divisions_division AS commune ON commune.id = place.commune_id
        LEFT JOIN divisions_division AS province ON province.id = place.province_id
        LEFT JOIN (
            SELECT part.place_id,
                string_agg(DISTINCT concat_ws(' ', product.folded, nullif(spatial_fold(product.name_en), '')), ' ') AS words
            FROM places_placeproduct AS part JOIN catalog_product AS product ON product.id = part.product_id
            WHERE part.place_id = ANY (place_ids) GROUP BY part.place_id
        ) AS made ON made.place_id = place.id
        WHERE place.id = ANY (place_ids)
    ON CONFLICT (place_id) DO UPDATE SET words = excluded.words WHERE search.words <> excluded.words;
END $$;
