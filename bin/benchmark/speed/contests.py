"""What is held and timed in one run."""

import json
import os
import subprocess
import sys

from playwright.sync_api import Error as PlaywrightError
from workshop.steps import ROOT, Refusal, say

from benchmark.speed import paint, questions, same
from benchmark.speed.bench import Bench
from benchmark.speed.contest import Contender, get, in_turn
from benchmark.speed.peers import Running
from benchmark.speed.processes import pss_mib

CATEGORY = "I.4"
"""Drinks: about a fifth of the places have one."""
FULLEST = 2000
TILES = 20_000
KEPT = 20
MARKERS = 16_000


def pages(bench: Bench, where: str) -> None:
    """Hold the contest of a page of 1,000 features."""
    paths = questions.page(bench.facts[where].box(CATEGORY), CATEGORY)
    found = bench.contenders("page", where, paths)
    found["limit"] = bench.bare("page", where, paths["ours"][:20])
    bench.hold(f"page@{where}", f"1,000 features of a box and a category, {where}", found)


def growth(bench: Bench) -> None:
    """Ask for the same box at every tier: at the larger ones a page is a small part of what lies in it."""
    box = bench.facts[bench.found.tiers[0]].box(CATEGORY)
    paths = questions.page(box, CATEGORY)["ours"]
    bench.hold(
        "page, same box",
        "the first 1,000 features of one box and a category",
        {name: bench.asking(server, "same-box", paths) for name, server in bench.ours.items()},
    )


def country(bench: Bench, where: str, most: int) -> None:
    """Hold the contest of the whole country, with ours kept, and asked again unchanged."""
    category, kind, places = bench.facts[where].selection(most - questions.LIMITS)
    bench.found.facts["country"] = [category, kind, places]
    paths = questions.country(category, kind, most)
    found = bench.contenders("country", where, paths)
    server, one = bench.ours[where], paths["ours"][-1:]
    found["limit"] = bench.bare("country", where, paths["ours"][:3])
    packed = {"Accept-Encoding": "gzip, deflate, br"}
    found["ours, kept"] = bench.asking(server, "kept", one, headers=packed)
    size = len(get(server, one[0], packed))
    found["as many bytes"] = bench.asking(server, "constant", [f"/constant/{size}"])
    unchanged = {"If-None-Match": _tag(server, one[0])}
    found["ours, unchanged"] = bench.asking(server, "unchanged", one, headers=unchanged)
    found["select 1"] = bench.floor(where)
    bench.hold("country", f"{places:,} light features of the whole country, {where}", found)


def one(bench: Bench, where: str) -> None:
    """Hold the contest of one feature."""
    found = bench.contenders("one", where, questions.one(bench.facts[where].ids(TILES)))
    found["select 1"] = bench.floor(where)
    first = bench.found.tiers[0]
    if first != where:
        paths = questions.one(bench.facts[first].ids(TILES))["ours"]
        found[f"ours@{first}"] = bench.asking(bench.ours[first], "one", paths)
    bench.hold("one", f"one feature by its id, {where}", found)


def nearest(bench: Bench, where: str) -> None:
    """Hold the contest of the 20 nearest, and time a rare category."""
    facts = bench.facts[where]
    paths = questions.nearest(facts.spots(8000), CATEGORY, questions.RADIUS_M)
    found = bench.contenders("nearest", where, paths)
    found["select 1"] = bench.floor(where)
    bench.hold("nearest", f"the 20 nearest of a category within 50 km, true metres, {where}", found)
    bench.found.facts["rare"] = [facts.rare, facts.categories[facts.rare]]
    rare = questions.nearest(facts.spots(200), facts.rare, questions.FAR_M)
    if ("plain", where) in bench.peers:
        bench.compare("rare", where, {name: paths[:5] for name, paths in rare.items()})
    bench.found.times_ms["rare"] = in_turn(bench.ours[where], rare["ours"], 60)
    if ("plain", where) in bench.peers:
        bench.found.times_ms["rare, plain"] = in_turn(bench.peers["plain", where], rare["plain"], 8)


def tiles(bench: Bench, where: str, zoom: int) -> None:
    """Hold the contest of vector tiles."""
    if not _answers(bench.ours[where], f"{questions.PLACES}/tiles/WebMercatorQuad/{zoom}/0/0?f=mvt"):
        bench.found.missing.append(f"vector tiles at zoom {zoom}: this version has none")
        return
    at = bench.facts[where].tiles(zoom, FULLEST)
    found = bench.contenders(f"z{zoom}", where, questions.tiles(at, TILES), tolerance=1)
    found["limit"] = bench.bare(f"z{zoom}", where, questions.tiles(at, bench.arena.pace.samples)["ours"])
    found["ours, kept"] = _kept(bench, where, f"{questions.PLACES}/tiles/WebMercatorQuad/", at[:KEPT])
    found["select 1"] = bench.floor(where)
    bench.hold(f"z{zoom}", f"vector tiles of zoom {zoom}, the {len(at):,} fullest, {where}", found)


def clusters(bench: Bench) -> None:
    """Hold the contest of cluster tiles without a filter, at every tier, and note their sizes."""
    where, form = bench.found.largest, form_of(bench)
    at = [tile for zoom in range(4, 10) for tile in bench.facts[where].tiles(zoom, 40)]
    bench.facts[where].chance.shuffle(at)
    plain = f"{questions.PLACES}/tiles/WebMercatorQuad/"
    paths = [f"{plain}{z}/{row}/{col}?f={form}&v={turn:x}" for turn, (z, row, col) in enumerate(at * 60)]
    found: dict[str, Contender] = {name: bench.asking(server, "cluster", paths) for name, server in bench.ours.items()}
    found[f"{where}, kept"] = _kept(bench, where, plain, at[:KEPT])
    found["select 1"] = bench.floor(where)
    contest = bench.hold("clusters", f"cluster tiles of zoom 4 to 9, no filter ({form})", found)
    sizes = [len(get(bench.ours[where], f"{plain}{z}/{row}/{col}?f={form}")) for z, row, col in at]
    contest.notes |= {"bytes_largest": max(sizes), "bytes_middle": sorted(sizes)[len(sizes) // 2]}


def _kept(bench: Bench, where: str, plain: str, at: list[tuple[int, int, int]]) -> Contender:
    """Return ours, asked for a few vector tiles that every worker has made before, compressed as browsers want them."""
    paths = [f"{plain}{z}/{row}/{col}?f=mvt" for z, row, col in at]
    return bench.asking(bench.ours[where], "kept", paths, headers={"Accept-Encoding": "gzip, deflate, br"})


def form_of(bench: Bench) -> str:
    """Return the form of our cluster tiles: vector tiles, or GeoJSON where there are none yet."""
    server = bench.ours[bench.found.largest]
    return "mvt" if _answers(server, f"{questions.PLACES}/tiles/WebMercatorQuad/5/14/25?f=mvt") else "json"


def faceted(bench: Bench, where: str) -> None:
    """Time cluster tiles under filters nobody asked before, and a plain count of the same."""
    bench.warm()
    asked = questions.faceted(bench.facts[where], bench.arena.pace.samples)
    server, times = bench.ours[where], bench.found.times_ms
    times[f"faceted@{where}"] = in_turn(server, questions.faceted_tiles(asked, form_of(bench)), 90)
    if ("plain", where) not in bench.peers:
        return
    plain = bench.peers["plain", where]
    few = questions.faceted(bench.facts[where], 12, plainly=True)
    for mine, theirs in zip(questions.faceted_tiles(few, "json"), questions.counted(few), strict=True):
        same.check_counts(mine, get(server, mine), get(plain, theirs))
    times[f"naive@{where}"] = in_turn(plain, questions.counted(few), 30)
    fresh = [f"{path}&v=again" for path in questions.faceted_tiles(few, form_of(bench))]
    times[f"not naive@{where}"] = in_turn(server, fresh, 30)


def suggestions(bench: Bench, where: str) -> None:
    """Time suggestions, letter by letter."""
    bench.warm()
    bench.found.times_ms["suggestions"] = in_turn(bench.ours[where], questions.typed(), 60)


def writes(bench: Bench, where: str) -> None:
    """Time saves during an import, on a copy made for it."""
    say(f"writes at {where} …")
    site = bench.sites[where]
    site.load()
    done = subprocess.run(
        [sys.executable, "-B", "-m", "benchmark.speed.writes"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | site.environment(site.database) | {"DJANGO_SETTINGS_MODULE": "ocopmap.settings"},
    )
    if done.returncode:
        bench.found.missing.append(f"writes: {done.stderr.strip().splitlines()[-1]}")
        say(done.stderr[-2000:])
        return
    bench.found.writes = json.loads(done.stdout) | {"tier": where}


def maps(bench: Bench, runs: int) -> None:
    """Measure our map in the browser, against markercluster."""
    say("maps in the browser …")
    where = bench.found.tiers[0]
    filters = f"category={bench.facts[where].category_below(MARKERS)}"
    try:
        bench.found.paint = paint.measure(
            bench.ours[where].address, filters, bench.ours[bench.found.largest].address, runs
        )
    except (PlaywrightError, KeyError) as error:
        bench.found.missing.append(f"the maps in the browser: {str(error).splitlines()[0]}")
        say(f"  {error}")


def memory(bench: Bench) -> None:
    """Note the memory of everybody's workers after all this."""
    for server in [*bench.ours.values(), *bench.peers.values()]:
        name = server.name if server.name.startswith("ours") else f"{server.name} ({server.database})"
        bench.found.pss_mib[name] = pss_mib(server.workers())


def _tag(server: Running, path: str) -> str:
    """Return the validator of an uncompressed answer."""
    from urllib.request import urlopen

    with urlopen(f"{server.address}{path}", timeout=120) as response:
        return str(response.headers["ETag"])


def _answers(server: Running, path: str) -> bool:
    try:
        get(server, path)
    except Refusal:
        return False
    return True
