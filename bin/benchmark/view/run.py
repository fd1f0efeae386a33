"""``bin/bench view``: measure, print, and write the report."""

import json
import os
from datetime import datetime
from pathlib import Path

from workshop.sites import Site
from workshop.steps import ROOT, say

from benchmark.speed.tiers import TIERS, tier
from benchmark.view.answers import answers
from benchmark.view.report import Measured, markdown
from benchmark.view.visit import chromium, taps, visits

LARGE = "50k"


def run(runs: int, *, quick: bool, file: Path | None) -> None:
    """Run the measurements. Raises Refusal."""
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
    if not quick:
        large = tier(LARGE)
        large.load()
        with large.served() as site:
            say(f"answers with {TIERS[LARGE]:,} places more …")
            servers[f"{TIERS[LARGE]:,} generated places more"] = answers(site, runs * 4)
    found = Measured(f"{datetime.now():%Y-%m-%d}", runs, load, first, second, tapped, servers)
    text = markdown(found)
    print(text)
    if file:
        file.write_text(json.dumps(found.as_json(), indent=1) + "\n")
    if not quick:
        report = ROOT / "docs" / "benchmarks" / f"{found.date}-first-view.md"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text)
        say(f"written: {report.relative_to(ROOT)}")
