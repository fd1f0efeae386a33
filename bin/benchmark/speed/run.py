"""The whole measurement, from the first page to the last save."""

from collections.abc import Callable
from typing import Any

from workshop.steps import Refusal, say

from benchmark.speed import contests, paint, peers
from benchmark.speed.bench import Bench
from benchmark.speed.measured import Measured
from benchmark.speed.peers import PEERS
from benchmark.speed.tiers import tier


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
            _hold(bench, contests.pages, where)
        if len(names) > 1:
            _hold(bench, contests.growth)
        _hold(bench, contests.country, largest, min(MAX_LIMIT, 16_000))
        _hold(bench, contests.one, largest)
        _hold(bench, contests.nearest, largest)
        for zoom in (12, 14):
            _hold(bench, contests.tiles, largest, zoom)
        _hold(bench, contests.clusters)
        for where in [name for name in names if name != "50k"] or names:
            _hold(bench, contests.faceted, where)
        _hold(bench, contests.suggestions, largest)
        _hold(bench, contests.maps, 1 if quick else 3)
        contests.memory(bench)
    _hold(bench, contests.writes, "200k" if "200k" in names else names[0])
    return bench.found


def _hold(bench: Bench, contest: Callable[..., None], *arguments: Any) -> None:
    """Hold a contest; one that can't be held is missing in the report, and the others go on."""
    try:
        contest(bench, *arguments)
    except Refusal as refusal:
        name = " ".join([contest.__name__, *map(str, arguments)])
        bench.found.missing.append(f"{name}: {str(refusal).splitlines()[0]}")
        say(f"{name} can't be measured: {refusal}")
