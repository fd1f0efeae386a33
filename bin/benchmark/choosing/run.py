"""``bin/bench choosing``: the time to choose among 50, 200 and 1,000 suppliers, with reasons and alternatives."""

import json
import random
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from geo.sourcing.choosing import Offer, Problem, Rules, alternatives, choose, reasons

SIZES = (50, 200, 1000)
MONTHS = (4, 12)
NEED_G = 2_000_000
SHARE = Fraction(2, 5)


def problem(number: int, months: int) -> Problem:
    """Return suppliers with seasons of 3 to 12 months, some with minimum orders, a few at one place or of one supplier.

    Two tonnes a month are needed, at most two fifths of them from one supplier. Seeded by the size.
    """
    draw = random.Random(number)
    km: dict[str, float] = {}
    offers = []
    for pk in range(number):
        amount, start, length = int(draw.lognormvariate(5, 1) * 1000), draw.randrange(12), draw.choice((3, 4, 6, 12))
        season = {(start + step) % 12 for step in range(length)}
        place = f"p{pk * 5 % (number * 9 // 10)}"
        offers.append(
            Offer(
                id=pk,
                supplier=f"s{pk * 7 % (number * 3 // 4)}",
                place=place,
                free=tuple(amount if month in season else 0 for month in range(months)),
                minimum=draw.choice((0, 0, 20_000, 50_000, 100_000)),
                km=km.setdefault(place, draw.uniform(5, 900)),
            )
        )
    return Problem((NEED_G,) * months, tuple(offers), Rules(share=SHARE))


def _seconds(work: Callable[[], Any], runs: int) -> float:
    times = []
    for _run in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure(number: int, months: int, runs: int) -> dict[str, Any]:
    """Return the median times in seconds, and what was chosen."""
    asked = problem(number, months)
    choice = choose(asked)
    return {
        "suppliers": number,
        "months": months,
        "choose_s": _seconds(lambda: choose(asked), runs),
        "reasons_s": _seconds(lambda: reasons(asked, choice), runs),
        "alternatives_s": _seconds(lambda: alternatives(asked, choice), runs),
        "gap_kg": choice.gap / 1000,
        "cost_km": choice.cost,
        "stops": choice.stops,
        "proven": choice.proven,
    }


def run(runs: int, file: Path | None) -> None:
    """Print the times; the first solve, which loads the solver, is not among them."""
    choose(problem(SIZES[0], 1))
    found = [measure(number, months, runs) for number in SIZES for months in MONTHS]
    print(
        f"{'suppliers':>9} {'months':>6} {'choose':>8} {'reasons':>8} {'others':>8} {'gap kg':>8} {'stops':>6}  proven"
    )
    for one in found:
        times = " ".join(f"{one[name]:7.2f}s" for name in ("choose_s", "reasons_s", "alternatives_s"))
        print(
            f"{one['suppliers']:9} {one['months']:6} {times} {one['gap_kg']:8.0f} {one['stops']:6}  "
            f"{'yes' if one['proven'] else 'no'}"
        )
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n")
