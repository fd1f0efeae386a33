"""One run: the tiers, the servers that take part, and how contenders are made."""

import os
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from workshop.sites import Site
from workshop.steps import Refusal, say

from benchmark.speed import same
from benchmark.speed.client import Asked
from benchmark.speed.contest import Arena, Bare, Contender, Pace, Served, get
from benchmark.speed.facts import Facts
from benchmark.speed.figures import Contest
from benchmark.speed.limit import limit_of
from benchmark.speed.measured import Measured
from benchmark.speed.peers import PEERS, Running
from benchmark.speed.processes import postmaster
from benchmark.speed.tiers import tier
from benchmark.speed.warm import warm

_PEERS_OF = {
    "tipg": "tipg",
    "tipg, projected": "tipg",
    "pygeoapi": "pygeoapi",
    "plain": "plain",
    "vectortiles": "plain",
}
"""Contenders by the server that answers for them."""
COMPARED = 3
"""Answers of each list that are compared before it is timed."""


class Bench:
    """One run over some tiers, the smallest first."""

    def __init__(self, names: list[str], pace: Pace) -> None:
        self.found = Measured(datetime.now().astimezone(), names, os.getloadavg()[0])
        self.arena = Arena(pace, postmaster())
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
            site.run(["housekeeping"])
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
        self.compare(name, where, {who: asked[:COMPARED] for who, asked in paths.items()}, tolerance=tolerance)
        found: dict[str, Contender] = {"ours": self.asking(self.ours[where], name, paths["ours"])}
        for peer, server in self._peers_at(where, paths):
            found[peer] = self.asking(server, f"{name}-{peer}", paths[peer])
        return found

    def _peers_at(self, where: str, paths: dict[str, list[str]]) -> list[tuple[str, Running]]:
        at = {peer: self.peers.get((server, where)) for peer, server in _PEERS_OF.items() if peer in paths}
        return [(peer, server) for peer, server in at.items() if server]

    def compare(self, name: str, where: str, paths: dict[str, list[str]], *, tolerance: float = 2e-6) -> None:
        """Compare our answers to ``paths`` with those of every peer that is there. Raises Different."""
        read = same.positions_of_tile if tolerance >= 1 else same.positions_of_geojson
        mine = [read(get(self.ours[where], path)) for path in paths["ours"]]
        if not any(mine):
            raise same.Different(f"{name} at {where}: nobody answers anything")
        for peer, server in self._peers_at(where, paths):
            for ours, path in zip(mine, paths[peer], strict=True):
                same.check(f"{name} at {where}", ours, peer, read(get(server, path)), tolerance)

    def bare(self, name: str, where: str, paths: list[str]) -> Bare:
        """Return PostgreSQL alone with the SQL of our answers to ``paths``."""
        return Bare(limit_of(self.sites[where], f"{name}-{where}", paths))

    def floor(self, where: str) -> Served:
        """Return our own view that asks the database for nothing."""
        return self.asking(self.ours[where], "floor", ["/floor"])

    def warm(self) -> None:
        """Let the machine's memory hold the sets of places."""
        warm(site.whole for site in self.sites.values())

    def hold(self, name: str, question: str, contenders: dict[str, Contender]) -> Contest:
        """Hold a contest and keep its figures."""
        self.warm()
        self.found.contests[name] = self.arena.hold(name, question, contenders)
        return self.found.contests[name]
