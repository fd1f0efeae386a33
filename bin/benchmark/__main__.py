"""``bin/bench``: measure, print, and write the report."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from workshop.steps import Refusal

TIERS = ("50k", "200k", "1M")
CONTESTS = (
    *("pages", "growth", "country", "one", "nearest", "tiles", "clusters", "faceted", "suggestions"),
    *("maps", "memory", "writes"),
)
COMMANDS = {
    "speed": "answers at 50,000, 200,000 and a million places, beside other servers and PostgreSQL alone (the default)",
    "view": "first view, second view and taps on an imitated cheap phone",
    "routing": "the order of stops: against published best values, and the time that plans take; writes no page",
    "choosing": "the choice among 50, 200 and 1,000 suppliers, with reasons and alternatives; writes no page",
    "prepare": "only install the peers and make the sets of places, so that a measurement needs nothing but itself",
}


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measure, print, and write a page in docs/benchmarks. Everything stays on this machine.",
        epilog="what can be measured:\n" + "".join(f"  {name:8} {what}\n" for name, what in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("what", nargs="?", choices=COMMANDS, default="speed", help="see below")
    made.add_argument("--quick", action="store_true", help="few rounds, 50,000 places only, write no page")
    made.add_argument("--json", type=Path, metavar="FILE", help="also write every figure for machines")
    made.add_argument("--tiers", nargs="+", choices=TIERS, default=list(TIERS), help="sets of places (default: all)")
    made.add_argument(
        "--only",
        nargs="+",
        choices=CONTESTS,
        default=[],
        metavar="PART",
        help=f"speed: only {', '.join(CONTESTS)}; writes no page",
    )
    made.add_argument("--rounds", type=int, metavar="N", help="speed: rounds of each contest (default 5, quick 2)")
    made.add_argument("--runs", type=int, default=5, help="view, choosing, routing: times each is measured (default 5)")
    return made


def main(arguments: Sequence[str]) -> int:
    """Run the measurements; returns the exit code."""
    options = parser().parse_args(arguments)
    import django  # not for --help, which works before anything is prepared

    django.setup()
    names = ["50k"] if options.quick else [name for name in TIERS if name in options.tiers]
    if options.what == "view":
        from benchmark.view.run import run

        run(2 if options.quick else options.runs, quick=options.quick, file=options.json)
    elif options.what == "routing":
        from benchmark.routing.run import run as measure

        measure(2 if options.quick else options.runs, options.json)
    elif options.what == "choosing":
        from benchmark.choosing.run import run as choosing

        choosing(2 if options.quick else options.runs, options.json)
    elif options.what == "prepare":
        from benchmark.speed.run import prepare

        prepare(names)
    else:
        from benchmark.speed.report import report

        rounds = options.rounds or (2 if options.quick else 5)
        report(names, rounds=rounds, page=not options.quick, file=options.json, only=options.only)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        print(f"bin/bench: {refusal}", file=sys.stderr)
        sys.exit(1)
