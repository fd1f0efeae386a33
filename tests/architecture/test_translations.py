"""The Vietnamese catalogue is complete: every text that code or template marks has a translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

from tests.architecture.sources import ROOT, named, relative

CATALOGUE = ROOT / "geo" / "locale" / "vi" / "LC_MESSAGES" / "django.po"
# Function → positions of the message, the plural and the context among its arguments.
FUNCTIONS = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
}
Message = tuple[str, str | None, str]
"""Text, context, where."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def _messages(source: str, where: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name not in FUNCTIONS:
            continue
        text, _, context = FUNCTIONS[name]
        values = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
        if len(values) > text and isinstance(values[text], str):
            yield values[text], values[context] if context is not None else None, f"{where}:{node.lineno}"


def _template_calls(path: Path) -> str:
    """The gettext calls of a template as Python, one a line."""
    calls = templatize(path.read_text(), origin=path.name)
    pattern = re.compile(
        r"\b(?:gettext|ngettext|pgettext|npgettext)\((?:[^()\"']|u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")*\)"
    )
    return "\n".join(match.group().replace("\n", " ").replace(",count)", ", 1)") for match in pattern.finditer(calls))


def _all_messages() -> dict[tuple[str, str | None], str]:
    found: dict[tuple[str, str | None], str] = {}
    for path in named(".py"):
        if path.is_relative_to(ROOT / "geo"):
            for text, context, where in _messages(path.read_text(), relative(path)):
                found.setdefault((text, context), where)
    for path in named(".html", ".txt", ".xml"):
        if path.is_relative_to(ROOT / "geo") and "templates" in path.parts:
            for text, context, _ in _messages(_template_calls(path), relative(path)):
                found.setdefault((text, context), relative(path))
    return found


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), check_for_duplicates=True)


def test_every_marked_text_has_its_vietnamese(catalogue: polib.POFile) -> None:
    done = {(entry.msgid, entry.msgctxt) for entry in catalogue.translated_entries()}
    missing = sorted(
        f"{where}: {text}" for (text, context), where in _all_messages().items() if (text, context) not in done
    )
    assert missing == [], "\n" + "\n".join(missing)


def test_translations_keep_their_placeholders(catalogue: polib.POFile) -> None:
    def names(text: str) -> set[str]:
        return {first or second for first, second in PLACEHOLDER.findall(text)}

    broken = []
    for entry in catalogue.translated_entries():
        given = names(entry.msgid) | names(entry.msgid_plural)
        for translation in [entry.msgstr, *entry.msgstr_plural.values()]:
            if translation and not names(translation) <= given:
                broken.append(entry.msgid)
    assert broken == []


def test_nothing_is_left_in_doubt(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if "fuzzy" in entry.flags] == []


def test_a_template_text_is_found(tmp_path: Path) -> None:
    counted = "{% blocktranslate count n=3 %}one{% plural %}many{% endblocktranslate %}"
    template = tmp_path / "page.html"
    template.write_text('{% load i18n %}<p>{% translate "Nearest shop" %}</p>' + counted)
    assert [text for text, _, _ in _messages(_template_calls(template), "")] == ["Nearest shop", "one"]
