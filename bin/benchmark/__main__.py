"""``bin/bench``: measure, print, and write the report."""

import argparse
import json
import os
import sys
from datetime import datetime
from pathlib import Path

import django
from workshop.steps import ROOT, Refusal, say

from benchmark.report import Measured, markdown
from benchmark.server import answers
from benchmark.visit import chromium, taps, visits

LARGE = 50_000


def main() -> int:
    """Run the measurements; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure what a visitor waits for.")
    parser.add_argument("--runs", type=int, default=5, help="times each thing is measured (default 5)")
    parser.add_argument("--quick", action="store_true", help="two runs, no large set, write no report")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything for machines")
    options = parser.parse_args()
    runs = 2 if options.quick else options.runs
    django.setup()
    from workshop.sites import Site  # needs Django's settings

    load = os.getloadavg()[0]
    small = Site("bench", wsgi="benchmark.wsgi:application", workers=2)
    small.load()
    servers = {}
    with small.served() as site, chromium() as browser:
        say("first and second visit …")
        first, second = visits(browser, site, runs)
        say("taps …")
        tapped = taps(browser, site, runs)
        say("answers …")
        servers["data of the fixtures"] = answers(site, runs * 4)
    if not options.quick:
        generate = [["generate_places", "--count", str(LARGE), "--seed", "1", "--yes"]]
        large = Site("bench_large", wsgi="benchmark.wsgi:application", after=generate, workers=2)
        large.load()
        with large.served() as site:
            say(f"answers with {LARGE:,} places more …")
            servers[f"{LARGE:,} generated places more"] = answers(site, runs * 4)
    found = Measured(f"{datetime.now():%Y-%m-%d}", runs, load, first, second, tapped, servers)
    text = markdown(found)
    print(text)
    if options.json:
        options.json.write_text(json.dumps(found.as_json(), indent=1) + "\n")
    if not options.quick:
        report = ROOT / "docs" / "benchmarks" / f"{found.date}-first-view.md"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text)
        say(f"written: {report.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        print(f"bin/bench: {refusal}", file=sys.stderr)
        sys.exit(1)
