"""The whole measurement: who takes part, which contests are held, what else is timed."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from workshop.sites import Site
from workshop.steps import ROOT, Refusal, say

from benchmark.speed import paint, peers, questions, same
from benchmark.speed.client import Asked
from benchmark.speed.contest import Arena, Bare, Contender, Served, get, in_turn
from benchmark.speed.facts import Facts
from benchmark.speed.figures import Contest
from benchmark.speed.limit import limit_of
from benchmark.speed.peers import PEERS, Running
from benchmark.speed.processes import postmaster, pss_mib
from benchmark.speed.tiers import tier

CATEGORY = "I.4"
"""Drinks: about a fifth of the places have one."""
FULLEST = 2000
SAMPLED = 400
TILES = 20_000
MARKERS = 16_000


@dataclass
class Measured:
    """Everything that was measured."""

    began: datetime
    tiers: list[str]
    load_before: float
    contests: dict[str, Contest] = field(default_factory=dict)
    times_ms: dict[str, list[float]] = field(default_factory=dict)
    pss_mib: dict[str, float] = field(default_factory=dict)
    writes: dict[str, Any] = field(default_factory=dict)
    paint: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """What could not be measured, and why."""

    @property
    def largest(self) -> str:
        """The largest tier of this run."""
        return self.tiers[-1]


class Bench:
    """One run over some tiers, the smallest first."""

    def __init__(self, names: list[str], rounds: int, rounds_of_8: int) -> None:
        self.found = Measured(datetime.now().astimezone(), names, os.getloadavg()[0])
        self.arena = Arena(rounds, rounds_of_8, postmaster())
        self.sites: dict[str, Site] = {name: tier(name) for name in names}
        self.facts: dict[str, Facts] = {name: Facts(site.whole) for name, site in self.sites.items()}
        self.ours: dict[str, Running] = {}
        self.peers: dict[tuple[str, str], Running] = {}
        self.stack = ExitStack()

    # -- who takes part ------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Make what is missing and start every server. Raises Refusal."""
        for name, site in self.sites.items():
            site.fill()
            site.run(["roll_day"])
            address, server = self.stack.enter_context(site.running(site.whole))
            self.ours[name] = Running(f"ours@{name}", address, server.pid, site.whole)
        wanted = [(name, where) for where in {self.found.tiers[0]: 1, self.found.largest: 1} for name in PEERS]
        if "200k" in self.sites and ("plain", "200k") not in wanted:
            wanted.append(("plain", "200k"))
        for name, where in wanted:
            try:
                self.peers[name, where] = self.stack.enter_context(PEERS[name](self.sites[where].whole))
            except Refusal as refusal:
                self.found.missing.append(f"{name} at {where}: {refusal}")
                say(f"{name} takes no part: {refusal}")

    def asking(self, server: Running, name: str, paths: list[str], **more: Any) -> Served:
        """Return a contender that asks a server for paths."""
        return Served(server, Asked(f"{name}-{server.name}-{len(paths)}", server.address, paths, **more))

    def contenders(
        self, name: str, where: str, paths: dict[str, list[str]], *, tolerance: float = 2e-6
    ) -> dict[str, Contender]:
        """Return ours and those peers that answer with the same features. Raises Different."""
        found: dict[str, Contender] = {"ours": self.asking(self.ours[where], name, paths["ours"])}
        read = same.positions_of_tile if tolerance >= 1 else same.positions_of_geojson
        mine = read(get(self.ours[where], paths["ours"][0]))
        for peer, server_name in _PEERS_OF.items():
            server = self.peers.get((server_name, where))
            if server is None or peer not in paths:
                continue
            same.check(f"{name} at {where}", mine, peer, read(get(server, paths[peer][0])), tolerance)
            found[peer] = self.asking(server, f"{name}-{peer}", paths[peer])
        return found

    def bare(self, name: str, where: str, paths: list[str]) -> Bare:
        """Return PostgreSQL alone with the SQL of our answers to ``paths``."""
        return Bare(limit_of(self.sites[where], f"{name}-{where}", paths))

    def floor(self, where: str) -> Served:
        """Return our own view that asks the database for nothing."""
        return self.asking(self.ours[where], "floor", ["/floor"])

    def hold(self, name: str, question: str, contenders: dict[str, Contender]) -> Contest:
        """Hold a contest and keep its figures."""
        self.found.contests[name] = self.arena.hold(name, question, contenders)
        return self.found.contests[name]

    # -- the contests --------------------------------------------------------------------------------------------------

    def pages(self, where: str) -> None:
        """Hold the contest of a page of 1,000 features."""
        paths = questions.page(self.facts[where].box(CATEGORY), CATEGORY)
        found = self.contenders("page", where, paths)
        found["limit"] = self.bare("page", where, paths["ours"][:20])
        self.hold(f"page@{where}", f"1,000 features of a box and a category, {where}", found)

    def growth(self) -> None:
        """Ask for the same box at every tier: at the larger ones a page is a small part of what lies in it."""
        box = self.facts[self.found.tiers[0]].box(CATEGORY)
        paths = questions.page(box, CATEGORY)["ours"]
        self.hold(
            "page, same box",
            "the first 1,000 features of one box and a category",
            {name: self.asking(server, "same-box", paths) for name, server in self.ours.items()},
        )

    def country(self, where: str, most: int) -> None:
        """Hold the contest of the whole country, with ours kept, and asked again unchanged."""
        category = self.facts[where].category_below(most - 400)
        self.found.facts["country"] = [category, self.facts[where].categories[category]]
        paths = questions.country(category, most)
        found = self.contenders("country", where, paths)
        server, one = self.ours[where], paths["ours"][-1:]
        found["limit"] = self.bare("country", where, paths["ours"][:3])
        found["ours, kept"] = self.asking(server, "kept", one, headers={"Accept-Encoding": "gzip, deflate, br"})
        unchanged = {"If-None-Match": _tag(server, one[0])}
        found["ours, unchanged"] = self.asking(server, "unchanged", one, headers=unchanged)
        found["select 1"] = self.floor(where)
        self.hold("country", f"{self.found.facts['country'][1]:,} light features of the whole country, {where}", found)

    def one(self, where: str) -> None:
        """Hold the contest of one feature."""
        found = self.contenders("one", where, questions.one(self.facts[where].ids(TILES)))
        found["select 1"] = self.floor(where)
        first = self.found.tiers[0]
        if first != where:
            paths = questions.one(self.facts[first].ids(TILES))["ours"]
            found[f"ours@{first}"] = self.asking(self.ours[first], "one", paths)
        self.hold("one", f"one feature by its id, {where}", found)

    def nearest(self, where: str) -> None:
        """Hold the contest of the 20 nearest, and time a rare category."""
        facts = self.facts[where]
        paths = questions.nearest(facts.spots(8000), CATEGORY, questions.RADIUS_M)
        found = self.contenders("nearest", where, paths)
        found["select 1"] = self.floor(where)
        self.hold("nearest", f"the 20 nearest of a category within 50 km, true metres, {where}", found)
        self.found.facts["rare"] = [facts.rare, facts.categories[facts.rare]]
        rare = questions.nearest(facts.spots(200), facts.rare, questions.FAR_M)
        self.found.times_ms["rare"] = in_turn(self.ours[where], rare["ours"], 60)
        if ("plain", where) in self.peers:
            self.found.times_ms["rare, plain"] = in_turn(self.peers["plain", where], rare["plain"], 8)

    def tiles(self, where: str, zoom: int) -> None:
        """Hold the contest of vector tiles."""
        if not _answers(self.ours[where], f"{questions.PLACES}/tiles/WebMercatorQuad/{zoom}/0/0?f=mvt"):
            self.found.missing.append(f"vector tiles at zoom {zoom}: this version has none")
            return
        at = self.facts[where].tiles(zoom, FULLEST)
        found = self.contenders(f"z{zoom}", where, questions.tiles(at, TILES), tolerance=1)
        found["limit"] = self.bare(f"z{zoom}", where, questions.tiles(at, SAMPLED)["ours"])
        self.hold(f"z{zoom}", f"vector tiles of zoom {zoom}, the {len(at):,} fullest, {where}", found)

    def clusters(self) -> None:
        """Hold the contest of cluster tiles without a filter, at every tier, and note their sizes."""
        where, form = self.found.largest, self.form()
        at = [tile for zoom in range(4, 10) for tile in self.facts[where].tiles(zoom, 40)]
        self.facts[where].chance.shuffle(at)
        plain = f"{questions.PLACES}/tiles/WebMercatorQuad/"
        paths = [f"{plain}{z}/{row}/{col}?f={form}&v={turn:x}" for turn, (z, row, col) in enumerate(at * 60)]
        found: dict[str, Contender] = {
            name: self.asking(server, "cluster", paths) for name, server in self.ours.items()
        }
        found["select 1"] = self.floor(where)
        contest = self.hold("clusters", f"cluster tiles of zoom 4 to 9, no filter ({form})", found)
        sizes = [len(get(self.ours[where], f"{plain}{z}/{row}/{col}?f={form}")) for z, row, col in at]
        contest.notes |= {"bytes_largest": max(sizes), "bytes_middle": sorted(sizes)[len(sizes) // 2]}

    def form(self) -> str:
        """Return the form of our cluster tiles: vector tiles, or GeoJSON where there are none yet."""
        server = self.ours[self.found.largest]
        return "mvt" if _answers(server, f"{questions.PLACES}/tiles/WebMercatorQuad/5/14/25?f=mvt") else "json"

    def faceted(self, where: str) -> None:
        """Time cluster tiles under filters nobody asked before, and a plain count of the same."""
        asked = questions.faceted(self.facts[where], 250)
        server, times = self.ours[where], self.found.times_ms
        times[f"faceted@{where}"] = in_turn(server, questions.faceted_tiles(asked, self.form()), 90)
        if ("plain", where) not in self.peers:
            return
        plain = self.peers["plain", where]
        few = questions.faceted(self.facts[where], 12, plainly=True)
        for mine, theirs in zip(questions.faceted_tiles(few, "json"), questions.counted(few), strict=True):
            same.check_counts(mine, get(server, mine), get(plain, theirs))
        times[f"naive@{where}"] = in_turn(plain, questions.counted(few), 30)
        fresh = [f"{path}&v=again" for path in questions.faceted_tiles(few, self.form())]
        times[f"not naive@{where}"] = in_turn(server, fresh, 30)

    def suggestions(self, where: str) -> None:
        """Time suggestions, letter by letter."""
        self.found.times_ms["suggestions"] = in_turn(self.ours[where], questions.typed(), 60)

    def writes(self, where: str) -> None:
        """Time saves during an import, on a copy made for it."""
        say(f"writes at {where} …")
        site = self.sites[where]
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
            self.found.missing.append(f"writes: {done.stderr.strip().splitlines()[-1]}")
            say(done.stderr[-2000:])
            return
        self.found.writes = json.loads(done.stdout) | {"tier": where}

    def paint(self, runs: int) -> None:
        """Measure our map in the browser, against markercluster."""
        say("maps in the browser …")
        where = self.found.tiers[0]
        filters = f"category={self.facts[where].category_below(MARKERS)}"
        try:
            self.found.paint = paint.measure(
                self.ours[where].address, filters, self.ours[self.found.largest].address, runs
            )
        except (PlaywrightError, KeyError) as error:
            self.found.missing.append(f"the maps in the browser: {str(error).splitlines()[0]}")
            say(f"  {error}")

    def memory(self) -> None:
        """Note the memory of everybody's workers after all this."""
        for server in [*self.ours.values(), *self.peers.values()]:
            name = server.name if server.name.startswith("ours") else f"{server.name} ({server.database})"
            self.found.pss_mib[name] = pss_mib(server.workers())


_PEERS_OF = {
    "tipg": "tipg",
    "tipg, projected": "tipg",
    "pygeoapi": "pygeoapi",
    "plain": "plain",
    "vectortiles": "plain",
}
"""Contenders by the server that answers for them."""


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


def prepare(names: list[str]) -> None:
    """Install the peers and make the tiers. Raises Refusal."""
    for name in PEERS:
        peers.install(name)
    paint.install()
    for name in names:
        tier(name).fill()


def measure(names: list[str], *, quick: bool) -> Measured:
    """Measure everything at the tiers named. Raises Refusal."""
    from geo.api.paging import MAX_LIMIT  # needs Django's settings

    bench = Bench(names, 2 if quick else 5, 1 if quick else 3)
    largest = names[-1]
    with bench.stack:
        bench.begin()
        for where in dict.fromkeys((names[0], largest)):
            bench.pages(where)
        if len(names) > 1:
            bench.growth()
        bench.country(largest, min(MAX_LIMIT, 16_000))
        bench.one(largest)
        bench.nearest(largest)
        for zoom in (12, 14):
            bench.tiles(largest, zoom)
        bench.clusters()
        for where in [name for name in names if name != "50k"] or names:
            bench.faceted(where)
        bench.suggestions(largest)
        bench.paint(1 if quick else 3)
        bench.memory()
    bench.writes("200k" if "200k" in names else names[0])
    return bench.found
