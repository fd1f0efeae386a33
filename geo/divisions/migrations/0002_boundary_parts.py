"""Keep the subdivided parts of a boundary in step with it, in the database, whoever writes the boundary."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION division_boundary_subdivide() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM divisions_divisionboundarypart AS part USING written WHERE part.division_id = written.division_id;
    INSERT INTO divisions_divisionboundarypart (division_id, part)
    SELECT written.division_id, piece
      FROM written, LATERAL ST_Subdivide(written.boundary, 128) AS piece
     WHERE ST_GeometryType(piece) = 'ST_Polygon';
    RETURN NULL;
END $$;
CREATE TRIGGER division_boundary_inserted AFTER INSERT ON divisions_divisionboundary
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION division_boundary_subdivide();
CREATE TRIGGER division_boundary_updated AFTER UPDATE ON divisions_divisionboundary
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION division_boundary_subdivide();
"""

BACKWARD = """
DROP TRIGGER division_boundary_inserted ON divisions_divisionboundary;
DROP TRIGGER division_boundary_updated ON divisions_divisionboundary;
DROP FUNCTION division_boundary_subdivide();
"""


class Migration(migrations.Migration):
    """Two statement triggers and their function."""

    dependencies = [("divisions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
