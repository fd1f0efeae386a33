"""Sets of 50,000, 200,000 and a million generated places, each made once and kept, with the peers' tables beside."""

from workshop.sites import Site

from benchmark.manage import TABLES

HERE = TABLES.parent.parent
TIERS = {"50k": 50_000, "200k": 200_000, "1M": 1_000_000}


def tier(name: str) -> Site:
    """Return the site of a tier."""
    return Site(
        f"bench_{name.lower()}",
        wsgi="benchmark.wsgi:application",
        manage=HERE / "manage.py",
        after=(
            ["generate_places", "--count", str(TIERS[name]), "--seed", "1", "--yes"],
            ["tables_of_peers", str(TABLES.stat().st_size)],
            ["housekeeping"],
        ),
        workers=2,
        lasting=True,
    )
