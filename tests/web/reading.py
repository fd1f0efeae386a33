"""Reading HTML in tests as a person or a browser would: text without tags, links, form fields, elements by id."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "input", "img", "br", "hr", "path", "rect"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    def find(self, tag: str = "", **wanted: str) -> list["Element"]:
        """Elements below with that tag and these attributes (``class_`` for one of the classes)."""
        return [each for each in self if (not tag or each.tag == tag) and each.has(wanted)]

    def has(self, wanted: dict[str, str]) -> bool:
        for name, value in wanted.items():
            if name == "class_":
                if value not in self.attributes.get("class", "").split():
                    return False
            elif self.attributes.get(name.replace("_", "-")) != value:
                return False
        return True

    def one(self, tag: str = "", **wanted: str) -> "Element":
        found = self.find(tag, **wanted)
        assert len(found) == 1, f"{len(found)} × <{tag} {wanted}>"
        return found[0]

    @property
    def text(self) -> str:
        if self.tag in {"script", "style"}:
            return ""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())

    @property
    def hrefs(self) -> list[str]:
        return [each.attributes["href"] for each in self.find("a") if "href" in each.attributes]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            if tag == "option" and self.open[-1].tag != tag:
                return
            assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(response: Any) -> Element:
    """Read the HTML of a response; every element must be closed in order."""
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    assert [each.tag for each in reader.open] == ["#root"]
    return reader.root
