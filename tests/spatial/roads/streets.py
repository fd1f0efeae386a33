"""The streets of the test extract: roads built from them once per run, and what the map says about them."""

import gzip
import itertools
from pathlib import Path
from xml.etree import ElementTree

EXTRACT = Path(__file__).parent / "data" / "hcmc_district3.osm.gz"
Spot = tuple[float, float]


def one_way_steps() -> dict[tuple[Spot, Spot], str]:
    """Every step of a one-way street in its direction, by its two nodes (lon, lat; five decimals), with its name."""
    root = ElementTree.fromstring(gzip.decompress(EXTRACT.read_bytes()))
    spots = {
        n.attrib["id"]: (round(float(n.attrib["lon"]), 5), round(float(n.attrib["lat"]), 5)) for n in root.iter("node")
    }
    found = {}
    for way in root.iter("way"):
        tags = {tag.attrib["k"]: tag.attrib["v"] for tag in way.iter("tag")}
        if tags.get("oneway") == "yes":
            nodes = [spots[nd.attrib["ref"]] for nd in way.iter("nd")]
            found |= {step: tags.get("name", way.attrib["id"]) for step in itertools.pairwise(nodes)}
    return found
