"""The page and its plots, from figures that were made up."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from benchmark.speed import plot, report, targets
from benchmark.speed.figures import Contest, Result, Round, at_least, at_most
from benchmark.speed.measured import Measured


def _measured() -> Measured:
    def result(rate: float) -> Result:
        return Result([Round(rate, bytes=1000, server_cpu_ms=1, database_cpu_ms=2)], [Round(rate, 4, 9)])

    page = Contest("page@1M", "1,000 features", {"ours": result(80), "tipg": result(10), "limit": result(100)})
    found = Measured(datetime(2026, 11, 22, tzinfo=UTC), ["50k", "1M"], 0.1, {"page@1M": page})
    found.missing.append("pygeoapi at 1M: it was not there")
    return found


def test_each_target_stands_beside_its_figure() -> None:
    rows = {(row.work, row.target): row for row in targets.rows(_measured())}
    page = "page of 1,000 features, box + category, 1M"
    assert rows[page, "≥ 0.75 × limit"].verdict == "met"
    assert rows[page, "≥ 5 × the best of tipg and pygeoapi"].figure == "8.00 ×"
    assert rows[page, "≥ 10 × plain DRF"].verdict == "not measured"


def test_the_page_says_what_is_missing_and_shows_every_contender() -> None:
    found = _measured()
    text = report.markdown(found, targets.rows(found), "2026-11-22-million", 12)
    assert "- pygeoapi at 1M: it was not there" in text
    assert "| tipg | 10.0 | 8.00 × | 1,000 | 1.00 | 2.00 | 4.0 | 9.0 |" in text
    assert "](2026-11-22-million.svg)" in text


def test_everything_is_there_for_machines() -> None:
    found = _measured()
    document = report.as_json(found, targets.rows(found))
    assert document["contests"]["page@1M"]["contenders"]["ours"]["rate"] == 80
    assert {"work", "target", "figure", "met", "score"} <= set(document["targets"][0])


def test_a_plot_has_a_bar_for_each_figure_and_escapes_words() -> None:
    bars = [plot.Bar("heading <b>"), plot.Bar("ours", 4, "4 ×", "good"), plot.Bar("theirs", 1e9, "many", "bad")]
    root = ET.fromstring(plot.svg("A & B", bars, 0.1, 10, 1))
    name = "{http://www.w3.org/2000/svg}"
    widths = [float(bar.attrib["width"]) for bar in root.iter(f"{name}rect")]
    room = (plot.WIDTH - plot.LABELS - plot.VALUES) / 2
    assert 0 < widths[0] < widths[1]
    assert round(widths[1]) == round(room)  # from the mark in the middle to the edge
    assert "heading <b>" in [text.text for text in root.iter(f"{name}text")]
    assert "prefers-color-scheme: dark" in plot.svg("", [], 0.1, 10)


def test_the_plot_of_targets_leaves_out_what_was_not_measured() -> None:
    rows = [at_least("page", 5, 10, "tipg"), at_most("save", 200, float("nan"), "ms")]
    assert report.plot_of_targets(rows).count("<rect") == 1
