"""A plot as SVG, readable on light and dark ground: horizontal bars on a logarithmic scale, some with a mark at 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LABELS, VALUES, LINE, BAR = 1000, 590, 90, 23, 13
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #222; }
.head { font-weight: 600; }
.axis { stroke: #888; stroke-width: 1; stroke-dasharray: 3 3; }
.good { fill: #2a7d4f; } .bad { fill: #b3261e; } .other { fill: #5b6ea8; }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd; } .axis { stroke: #999; }
  .good { fill: #6cc795; } .bad { fill: #f2877f; } .other { fill: #9fb0e6; }
}
"""


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its length, the words at its end, and its kind (``good``, ``bad``, ``other``).

    A bar without a kind is the heading of those below it.
    """

    label: str
    value: float = math.nan
    words: str = ""
    kind: str = ""


def svg(title: str, bars: Sequence[Bar], least: float, most: float, mark: float | None = None) -> str:
    """Return the plot; values outside ``least`` … ``most`` are drawn at the edge."""
    height = LINE * (len(bars) + 2)
    room = WIDTH - LABELS - VALUES

    def across(value: float) -> float:
        inside = min(max(value, least), most)
        return LABELS + room * math.log(inside / least) / math.log(most / least)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title, quote=True)}">',
        f"<style>{_STYLE}</style>",
        f'<text class="head" x="8" y="{LINE - 7}">{escape(title)}</text>',
    ]
    if mark is not None:
        x = across(mark)
        parts.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{LINE + 4}" y2="{height - 8}"/>')
    for number, bar in enumerate(bars):
        y = LINE * (number + 2)
        style = "" if bar.kind else ' class="head"'
        parts.append(f'<text{style} x="8" y="{y - 7}">{escape(bar.label)}</text>')
        if bar.kind and not math.isnan(bar.value):
            start = across(mark) if mark is not None else float(LABELS)
            left, right = sorted((start, across(bar.value)))
            parts.append(
                f'<rect class="{bar.kind}" x="{left:.1f}" y="{y - BAR - 5}" width="{max(right - left, 1):.1f}" '
                f'height="{BAR}" rx="2"/>'
            )
        if bar.words:
            parts.append(f'<text x="{WIDTH - VALUES + 6}" y="{y - 7}">{escape(bar.words)}</text>')
    return "\n".join([*parts, "</svg>", ""])
