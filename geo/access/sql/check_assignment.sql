-- Row trigger before a write of an assignment (a small table): a province for provincial officers, a commune or a former
-- district for communal ones. A CHECK can't look into another table.
CREATE FUNCTION access_check_assignment() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    SELECT level INTO found FROM divisions_division WHERE id = NEW.division_id;
    IF (NEW.role = 'provincial' AND found <> 'PROVINCE')
        OR (NEW.role = 'communal' AND found NOT IN ('COMMUNE', 'DISTRICT'))
    THEN
        RAISE EXCEPTION 'a % officer can''t be given a %', NEW.role, found
            USING ERRCODE = 'check_violation', CONSTRAINT = 'access_assignment_level';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER access_assignment_level BEFORE INSERT OR UPDATE ON access_assignment
    FOR EACH ROW EXECUTE FUNCTION access_check_assignment();
