"""The table: every target beside its figure."""

from benchmark.speed.figures import Contest, Row, at_least, at_most, middle, percentile
from benchmark.speed.measured import Measured

_NOTHING = Contest("", "")


def rows(found: Measured) -> list[Row]:
    """Return one row for each target."""
    return [
        *_pages(found),
        *_country(found),
        *_one(found),
        *_nearest(found),
        *_tiles(found),
        *_clusters(found),
        *_faceted(found),
        *_paint(found),
        *_rest(found),
    ]


def _contest(found: Measured, name: str) -> Contest:
    return found.contests.get(name, _NOTHING)


def _pages(found: Measured) -> list[Row]:
    large, small = found.largest, found.tiers[0]
    made = []
    for where in dict.fromkeys((large, small)):
        page = _contest(found, f"page@{where}")
        work = f"page of 1,000 features, box + category, {where}"
        made += [
            at_least(work, 0.75, page.ratio("ours", "limit"), "limit"),
            at_least(work, 5, page.best_ratio("ours", ("tipg", "pygeoapi")), "the best of tipg and pygeoapi"),
            at_least(work, 10, page.ratio("ours", "plain"), "plain DRF"),
        ]
    if small != large:
        first, last = (_contest(found, f"page@{where}").results.get("ours") for where in (small, large))
        grown = first.rate / last.rate if first and last else float("nan")
        made.append(at_most(f"the same, {large} against {small}: a box with 1,000 in it", 1.5, grown, "× slower"))
        same = _contest(found, "page, same box").ratio(small, large)
        made.append(at_most(f"the same, {large} against {small}: one box, fuller and fuller", 1.5, same, "× slower"))
    return made


def _country(found: Measured) -> list[Row]:
    country = _contest(found, "country")
    work = f"whole country, {found.facts.get('country', ['', '', 0])[2]:,} light features, {found.largest}"
    return [
        at_least(work, 0.6, country.ratio("ours", "limit"), "limit"),
        at_least(f"{work}: kept, compressed", 0.85, country.ratio("ours, kept", "select 1"), "`select 1`"),
        at_least(f"{work}: not changed (304)", 0.95, country.ratio("ours, unchanged", "select 1"), "`select 1`"),
    ]


def _one(found: Measured) -> list[Row]:
    one, work = _contest(found, "one"), f"one feature by id, {found.largest}"
    tails = [one.results[who].p99_ms for who in ("ours", "select 1") if who in one.results]
    made = [
        at_least(work, 0.95, one.ratio("ours", "select 1"), "`select 1`"),
        at_least(work, 3, one.best_ratio("ours", ("tipg", "pygeoapi", "plain")), "the best peer"),
        at_most(
            f"{work}: p99 at 8 connections",
            3,
            tails[0] / tails[1] if len(tails) == 2 else float("nan"),
            "× that of `select 1`",
        ),
    ]
    small = f"ours@{found.tiers[0]}"
    if small in one.results:
        made.append(at_most(f"{work}, against {found.tiers[0]}", 1.15, one.ratio(small, "ours"), "× slower"))
    return made


def _nearest(found: Measured) -> list[Row]:
    nearest, work = _contest(found, "nearest"), f"20 nearest with a filter, true metres, {found.largest}"
    rare = found.facts.get("rare", ["", 0])
    return [
        at_least(work, 0.7, nearest.ratio("ours", "select 1"), "`select 1`"),
        at_least(work, 10, nearest.ratio("ours", "plain"), "plain DRF"),
        at_most(
            f"20 nearest of a rare category ({rare[1]:,} places), {found.largest}, p95",
            20,
            percentile(found.times_ms.get("rare", []), 0.95),
            "ms",
        ),
    ]


def _tiles(found: Measured) -> list[Row]:
    made = []
    for zoom, wanted in ((12, 0.75), (14, 0.5)):
        tiles, work = _contest(found, f"z{zoom}"), f"vector tile at zoom {zoom}, {found.largest}"
        projected = tiles.ratio("ours", "tipg, projected")
        note = f" ({projected:.2f} × tipg on a projected table)" if projected == projected else ""
        made += [
            at_least(work, wanted, tiles.ratio("ours", "limit"), "limit"),
            at_least(work, 3, tiles.ratio("ours", "tipg"), "tipg", note),
            at_least(work, 3, tiles.ratio("ours", "vectortiles"), "django-vectortiles"),
        ]
    return made


def _clusters(found: Measured) -> list[Row]:
    clusters, large, small = _contest(found, "clusters"), found.largest, found.tiers[0]
    work = f"cluster tile up to zoom 9, no filter, {large}"
    made = [
        at_most(f"{work}: the largest of them", 2, clusters.notes.get("bytes_largest", float("nan")) / 1000, "kB"),
        at_least(work, 0.85, clusters.ratio(large, "select 1"), "`select 1`"),
    ]
    if small != large:
        made.append(at_most(f"{work}, against {small}", 1.15, clusters.ratio(small, large), "× slower"))
    return made


def _faceted(found: Measured) -> list[Row]:
    made = []
    for where, most in (("200k", 30), ("1M", 60), ("50k", 30)):
        times = found.times_ms.get(f"faceted@{where}", [])
        if where in found.tiers and (times or where != "50k"):
            note = f" (p50 {middle(times):.1f} ms)"
            work = f"clusters with facet filters never asked before, {where}, p95"
            made.append(at_most(work, most, percentile(times, 0.95), "ms", note))
    where = "200k" if "200k" in found.tiers else found.tiers[0]
    naive, ours = (middle(found.times_ms.get(f"{name}@{where}", [])) for name in ("naive", "not naive"))
    made.append(at_least(f"the same, {where}, medians", 100, naive / ours, "faster than a naive ORM count"))
    return made


def _paint(found: Measured) -> list[Row]:
    ours, theirs = (found.paint.get(name, {}) for name in ("ours", "markercluster"))
    nan = float("nan")
    shown = found.paint.get("markers", 0)

    def worst(key: str) -> list[float]:
        return [ours.get(key, nan), *(found.paint[who][key] for who in ["ours, everything"] if who in found.paint)]

    return [
        at_most(
            f"first paint after data, zoom 6, {shown:,} places",
            0.1,
            ours.get("paint_ms", nan) / theirs.get("paint_ms", nan),
            "× markercluster",
        ),
        at_most("worst frame while zooming", 95, max(worst("worst_frame_ms")), "ms"),
        at_most("longest task while panning and zooming", 50, max(worst("longest_task_ms")), "ms"),
        at_most("nodes of the map in the page", 100, max(worst("nodes")), "nodes"),
    ]


def _rest(found: Measured) -> list[Row]:
    nan = float("nan")
    writes = found.writes
    during, quiet = writes.get("during_ms", []), writes.get("quiet_ms", [])
    delayed = max(during) - middle(quiet) if during else nan
    failed = [*writes.get("writers_errors", []), *filter(None, [writes.get("import_error")])]
    ours = found.pss_mib.get(f"ours@{found.largest}", nan)
    failures = Row(
        "20 parallel writers and an import: failures (deadlocks)",
        "0",
        str(len(failed)) if writes else "–",
        (0.0 if failed else 1.0) if writes else nan,
    )
    times = found.times_ms.get("suggestions", [])
    return [
        at_most(f"a letter typed to suggestions, {found.largest}, p95", 30, percentile(times, 0.95), "ms"),
        at_most("a save while 10,000 rows come in: delayed by, at worst", 200, delayed, "ms"),
        failures,
        at_most("two workers after all of this (PSS)", 140, ours, "MiB"),
    ]
