"""Change log, versions, history, namespace of public ids and search words for places."""

from pathlib import Path

from django.db import migrations

from geo.access.history import record_history
from geo.spatial.triggers import enter_namespace, log_changes, raise_version, touch_parent

SQL = Path(__file__).parent.parent / "sql"
SEARCH = "\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in ("refresh_search", "search"))
DROP_SEARCH = """
    DROP FUNCTION places_keep_search() CASCADE;
    DROP FUNCTION places_refresh_search(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("catalog", "0002_triggers")]
    operations = [
        enter_namespace("places_place"),
        raise_version("places_place"),
        touch_parent("places_placeproduct", "places_place", "place_id"),
        log_changes("places_place", "places", also=("products", "producers")),
        log_changes("places_openingschedule", "schedules", also=("places",), id_column="id"),
        log_changes("places_holiday", "holidays", also=("places",), id_column="day"),
        record_history("places_place"),
        record_history("places_placeproduct"),
        # Distances in true metres: near, radius and nearest-first (<-> on geography).
        migrations.RunSQL(
            "CREATE INDEX places_place_location_geography ON places_place USING gist ((location::geography));",
            "DROP INDEX places_place_location_geography;",
        ),
        migrations.RunSQL(SEARCH, DROP_SEARCH),
    ]
