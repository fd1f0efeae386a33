-- The words a place is found by (places_placesearch), kept right by statement triggers.

CREATE FUNCTION places_keep_search() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    affected text := CASE
        WHEN TG_TABLE_NAME = 'places_place' AND TG_OP = 'INSERT' THEN 'SELECT id FROM new_rows'
        WHEN TG_TABLE_NAME = 'places_place' THEN
            'SELECT new_row.id FROM new_rows AS new_row JOIN old_rows AS old_row USING (id)
             WHERE (new_row.name, new_row.producer_id, new_row.commune_id, new_row.province_id)
                IS DISTINCT FROM (old_row.name, old_row.producer_id, old_row.commune_id, old_row.province_id)'
        WHEN TG_TABLE_NAME = 'catalog_producer' THEN
            'SELECT place.id FROM places_place AS place
             JOIN new_rows AS new_row ON new_row.id = place.producer_id JOIN old_rows AS old_row ON old_row.id = new_row.id
             WHERE new_row.name <> old_row.name'
        WHEN TG_TABLE_NAME = 'catalog_product' THEN
            'SELECT part.place_id FROM places_placeproduct AS part
             JOIN new_rows AS new_row ON new_row.id = part.product_id JOIN old_rows AS old_row ON old_row.id = new_row.id
             WHERE (new_row.name, new_row.name_en) IS DISTINCT FROM (old_row.name, old_row.name_en)'
        WHEN TG_OP = 'INSERT' THEN 'SELECT place_id FROM new_rows'
        WHEN TG_OP = 'DELETE' THEN 'SELECT place_id FROM old_rows'
        ELSE 'SELECT place_id FROM new_rows UNION SELECT place_id FROM old_rows' END;
    place_ids bigint[];
BEGIN
    EXECUTE format('SELECT array_agg(DISTINCT id) FROM (%s) AS affected (id)', affected) INTO place_ids;
    IF place_ids IS NOT NULL THEN
        PERFORM places_refresh_search(place_ids);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER places_place_search_insert AFTER INSERT ON places_place REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION places_keep_search();
CREATE TRIGGER places_place_search_update AFTER UPDATE ON places_place REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION places_keep_search();
CREATE TRIGGER catalog_producer_search_update AFTER UPDATE ON catalog_producer
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION places_keep_search();
CREATE TRIGGER catalog_product_search_update AFTER UPDATE ON catalog_product
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION places_keep_search();
CREATE TRIGGER places_placeproduct_search_insert AFTER INSERT ON places_placeproduct REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION places_keep_search();
CREATE TRIGGER places_placeproduct_search_update AFTER UPDATE ON places_placeproduct
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION places_keep_search();
CREATE TRIGGER places_placeproduct_search_delete AFTER DELETE ON places_placeproduct REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION places_keep_search();
