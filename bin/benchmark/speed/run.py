"""The whole measurement, from the first page to the last save."""

from collections.abc import Callable, Collection
from typing import Any

from workshop.steps import Refusal, say

from benchmark.speed import contests, paint, peers
from benchmark.speed.bench import Bench
from benchmark.speed.contest import pace_of
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


def measure(names: list[str], *, rounds: int, only: Collection[str] = ()) -> Measured:
    """Measure everything, or ``only`` some of it, at the tiers named, the smallest first. Raises Refusal."""
    bench = Bench(names, pace_of(rounds))
    whole = programme(names, visits=max(1, rounds // 2 + rounds % 2))
    chosen = [(contest, arguments) for contest, *arguments in whole if not only or contest.__name__ in only]
    with bench.stack:
        bench.begin()
        for contest, arguments in chosen:
            if contest is not contests.writes:
                _hold(bench, contest, *arguments)
    for contest, arguments in chosen:
        if contest is contests.writes:  # copies a database that nobody may use meanwhile
            _hold(bench, contest, *arguments)
    return bench.found


def programme(names: list[str], *, visits: int) -> list[tuple[Any, ...]]:
    """Return what is held and timed, in its order: functions of ``contests`` with their arguments."""
    from geo.api.paging import MAX_LIMIT  # needs Django's settings

    largest = names[-1]
    return [
        *((contests.pages, where) for where in dict.fromkeys((names[0], largest))),
        *([(contests.growth,)] if len(names) > 1 else []),
        (contests.country, largest, min(MAX_LIMIT, 16_000)),
        (contests.one, largest),
        (contests.nearest, largest),
        (contests.tiles, largest, 12),
        (contests.tiles, largest, 14),
        (contests.clusters,),
        *((contests.faceted, where) for where in ([name for name in names if name != "50k"] or names)),
        (contests.suggestions, largest),
        (contests.maps, visits),
        (contests.memory,),
        (contests.writes, "200k" if "200k" in names else names[0]),
    ]


def _hold(bench: Bench, contest: Callable[..., None], *arguments: Any) -> None:
    """Hold a contest; one that can't be held is missing in the report, and the others go on."""
    try:
        contest(bench, *arguments)
    except Refusal as refusal:
        name = " ".join([contest.__name__, *map(str, arguments)])
        bench.found.missing.append(f"{name}: {str(refusal).splitlines()[0]}")
        say(f"{name} can't be measured: {refusal}")
