"""The query of the sourcing pages: what forms send, brought into the parameters of the API, and addresses from it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest

from geo.sourcing import asking, wishes
from geo.spatial.parameters import Query
from geo.web.typed import canonical

_LISTS = ("scheme", "mark", "count", "without", "supply", "province")
_TYPED = {"amount": "quantity", "hours": "max_hours"}
"""Fields of the form, with numbers as the page's language writes them, and the parameters they become."""
NAMES = (*asking.NAMES, *wishes.NAMES)


class Asked:
    """What was asked: ``query`` as the API takes it, ``values`` one text for each parameter.

    ``is_typed``: it came from the form, in the numbers of one language; ``href`` is the address for all languages.
    """

    def __init__(self, request: HttpRequest) -> None:
        given = {name: [value.strip() for value in values if value.strip()] for name, values in request.GET.lists()}
        self.values: dict[str, str] = {}
        for name, values in given.items():
            if values and name in (*NAMES, "supply"):
                self.values[name] = ",".join(dict.fromkeys(values)) if name in _LISTS else values[-1]
        self.is_typed = False
        for name, parameter in _TYPED.items():
            if name in given:
                self.is_typed = True
                self.values.pop(parameter, None)
                if given[name]:
                    self.values[parameter] = canonical(given[name][-1])
        if "months" not in self.values and given.get("from"):
            first = given["from"][-1]
            self.values["months"] = f"{first}-{(given.get('to') or [first])[-1]}"

    @property
    def query(self) -> Query:
        """The query as the parsers take it."""
        return {name: [value] for name, value in self.values.items()}

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked at all."""
        return self.is_typed or any(name in self.values for name in ("category", "product", "q", "quantity", "months"))

    @property
    def names_goods(self) -> bool:
        """Whether it says what is looked for."""
        return any(name in self.values for name in ("category", "product", "q"))

    def get(self, name: str) -> str:
        """Return a value, empty when it wasn't given."""
        return self.values.get(name, "")

    def several(self, name: str) -> tuple[str, ...]:
        """Return the values of a list."""
        return tuple(part for part in self.get(name).split(",") if part)

    def href(self, changes: Mapping[str, str] | None = None) -> str:
        """Return the query of an address with some parameters changed; an empty value takes one away."""
        merged = {**self.values, **(changes or {})}
        return "?" + urlencode({name: value for name, value in merged.items() if value})

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Return what a form carries along unseen."""
        return [(name, value) for name, value in self.values.items() if name not in without]

    @property
    def span(self) -> tuple[str, str]:
        """The first and last month of the demand, as the form's lists have them; empty when it is no plain span."""
        first, dash, last = self.get("months").partition("-")
        return (first, last) if dash and first.isdigit() and last.isdigit() and len(first) <= 2 else ("", "")
