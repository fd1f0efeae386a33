-- A whole feature (places_item) is the longer form of a text of lists (places_feature): where that is deleted or made anew, it goes
-- too, whoever does it. Nobody waits: who may delete the one, holds the place's mark (settle.sql).
CREATE OR REPLACE FUNCTION places_forget_items() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        -- Where both were emptied by one statement, there is nothing left to do, and it wouldn't be allowed.
        IF EXISTS (SELECT FROM places_item) THEN
            TRUNCATE places_item;
        END IF;
    ELSIF EXISTS (SELECT FROM old_rows) THEN
        -- Planned anew: the plan for one place would be a bad one for a province.
        EXECUTE 'DELETE FROM places_item WHERE place_id IN (SELECT place_id FROM old_rows)';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER places_feature_items_update AFTER UPDATE ON places_feature
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION places_forget_items();
CREATE OR REPLACE TRIGGER places_feature_items_delete AFTER DELETE ON places_feature
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION places_forget_items();
CREATE OR REPLACE TRIGGER places_feature_items_truncate AFTER TRUNCATE ON places_feature
    FOR EACH STATEMENT EXECUTE FUNCTION places_forget_items();
