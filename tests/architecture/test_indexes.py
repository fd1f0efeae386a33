"""Every index says which query it serves, in a comment right above it."""

import ast
from pathlib import Path

from tests.architecture.sources import named, relative


def _uncommented(path: Path) -> list[str]:
    """Lines of ``Meta.indexes`` entries without a comment above them."""
    lines = path.read_text().splitlines()
    found = []
    for node in ast.walk(ast.parse("\n".join(lines))):
        if not isinstance(node, ast.Assign) or [getattr(target, "id", "") for target in node.targets] != ["indexes"]:
            continue
        entries = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else []
        found += [
            f"{relative(path)}:{entry.lineno}"
            for entry in entries
            if not lines[entry.lineno - 2].lstrip().startswith("#")
        ]
    return found


def test_every_index_names_its_query() -> None:
    models = [path for path in named(".py") if path.name.startswith("models") or path.parent.name == "models"]
    assert [place for path in models for place in _uncommented(path)] == []
