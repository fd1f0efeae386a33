"""A table of officers, read: which column is which, and what each row asks for or why it is refused."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from geo.access.models import Role
from geo.divisions.choices import long_name
from geo.divisions.models import Division, Level
from geo.divisions.resolution import resolve
from geo.spatial import public_ids
from geo.spatial.folding import fold, nfc
from geo.spatial.models import PublicId
from geo.spatial.problems import NotFound
from geo.stewardship.imports.reading.reader import Cell, Sheet, column_letters

COLUMNS = {
    "name": "ho ten | ho va ten | ten | can bo | name | full name",
    "email": "email | e mail | thu dien tu | dia chi email | mail",
    "role": "vai tro | chuc danh | cap | role",
    "divisions": "don vi | dia ban | don vi hanh chinh | xa | tinh | xa phuong | ma don vi | divisions | division",
    "record": "ma chu the | ma ho so | chu the | producer | record",
    "publishes": "cong bo ngay | duoc cong bo ngay | tu cong bo | publishes at once | publishes",
}
"""Folded headers of each column, parted by bars."""

ROLES = {
    Role.NATIONAL: "trung uong | can bo trung uong | quoc gia | national | national officer",
    Role.PROVINCIAL: "tinh | can bo tinh | cap tinh | thanh pho | provincial | provincial officer",
    Role.COMMUNAL: "xa | can bo xa | cap xa | phuong | can bo phuong | communal | communal officer | commune",
    Role.PRODUCER: "chu the | chu the ocop | producer",
    Role.VIEWER: "nguoi xem | xem | viewer",
}
YES = {"co", "x", "yes", "true", "1", "dung", "duoc"}
NO = {"khong", "no", "false", "0", "chua"}
EVERYWHERE = {"ca nuoc", "toan quoc", "trung uong", "viet nam", "the whole country"}
"""Folded words for the division of who looks at everything."""
SHOWN = 5
"""Candidates named for a division that can mean several."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row is refused: its number and column in the file, and what to do."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one row asks for; ``publishes`` is ``None`` when the cell is empty."""

    row: int
    name: str
    email: str
    role: str
    divisions: tuple[Division, ...] = ()
    record: PublicId | None = None
    publishes: bool | None = None


@dataclass(slots=True)
class Table:
    """The rows of a file: what is wanted, and what is wrong."""

    wanted: list[Wanted] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


class CellWrong(Exception):
    """One cell can't be used."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


def read_table(sheets: Sequence[Sheet]) -> Table:
    """Read the first sheet that has a header with e-mail and role. Every row that holds anything is wanted or wrong."""
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:20]):
            header = _header(row.cells)
            if {"email", "role"} <= set(header):
                return _rows(header, ((later.number, later.cells) for later in sheet.rows[at + 1 :]))
    message = _(
        "No header was found. The first row names the columns: name, e-mail, role, divisions, publishes at once."
    )
    return Table(wrong=[Wrong(1, "A", message)])


def _header(cells: Sequence[Cell]) -> dict[str, int]:
    known = {word.strip(): name for name, words in COLUMNS.items() for word in words.split("|")}
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        name = known.get(fold(str(cell or "")))
        if name:
            found.setdefault(name, position)
    return found


def _rows(header: dict[str, int], rows: Iterable[tuple[int, Sequence[Cell]]]) -> Table:
    table = Table()
    for number, cells in rows:
        texts = {name: _text(cells, position) for name, position in header.items()}
        if not any(texts.values()):
            continue
        try:
            table.wanted.append(_wanted(number, texts))
        except CellWrong as wrong:
            letters = column_letters(header.get(wrong.column, 0))
            table.wrong.append(Wrong(number, letters, wrong.message))
    return table


def _text(cells: Sequence[Cell], position: int) -> str:
    cell = cells[position] if position < len(cells) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return nfc(str(cell)).strip() if cell is not None else ""


def _wanted(number: int, texts: dict[str, str]) -> Wanted:
    email = texts.get("email", "").lower()
    try:
        validate_email(email)
    except ValidationError:
        raise CellWrong("email", _("“%(text)s” is not an e-mail address.") % {"text": email}) from None
    name = " ".join(texts.get("name", "").split())
    if not name or len(name) > 150:
        raise CellWrong("name", _("The name is missing or longer than 150 letters."))
    role = _role(texts.get("role", ""))
    divisions = tuple(_divisions(texts.get("divisions", ""), role))
    record = _record(texts.get("record", "")) if role == Role.PRODUCER else None
    publishes = _publishes(texts.get("publishes", ""))
    if publishes and role not in (Role.COMMUNAL, Role.PRODUCER):
        publishes = None  # these roles publish anyway, or never
    return Wanted(number, name, email, role, divisions, record, publishes)


def _role(text: str) -> Role:
    folded = fold(text)
    for role, words in ROLES.items():
        if folded in {word.strip() for word in words.split("|")}:
            return role
    roles = ", ".join(str(label) for label in Role.labels)
    raise CellWrong("role", _("“%(text)s” is no role. Write one of: %(roles)s.") % {"text": text, "roles": roles})


def _publishes(text: str) -> bool | None:
    folded = fold(text)
    if not folded:
        return None
    if folded in YES | NO:
        return folded in YES
    raise CellWrong("publishes", _("“%(text)s” is neither yes nor no.") % {"text": text})


def _record(text: str) -> PublicId:
    try:
        found = PublicId.objects.filter(pk=public_ids.parse(text), kind="producer").first()
    except NotFound as problem:
        raise CellWrong("record", problem.message) from None
    if found is None:
        raise CellWrong("record", _("There is no producer with this number."))
    return found


def _divisions(text: str, role: Role) -> Iterator[Division]:
    parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
    if role not in (Role.PROVINCIAL, Role.COMMUNAL):
        if parts and role in (Role.NATIONAL, Role.VIEWER) and {fold(one) for one in parts} - EVERYWHERE:
            raise CellWrong("divisions", _("This role is for the whole country: leave the division empty."))
        return
    if not parts:
        raise CellWrong("divisions", _("The division is missing: write its code or its name."))
    for part in parts:
        yield _division(part, role)


def _division(text: str, role: Role) -> Division:
    """Return the one division that a text means. Nothing is chosen where it can mean several."""
    levels = (Level.PROVINCE,) if role == Role.PROVINCIAL else (Level.COMMUNE, Level.DISTRICT)
    found = resolve(text, levels[0])
    if not found.candidates and len(levels) > 1:
        found = resolve(text, levels[1])
    if found.one is not None and found.one.level in levels:
        return found.one
    names = "; ".join(
        f"{one.division.code} {long_name(one.division)}"
        for one in found.candidates[:SHOWN]
        if one.division.level in levels
    )
    values = {"text": text, "names": names}
    if not names:
        raise CellWrong("divisions", _("“%(text)s” is no division that the register knows.") % values)
    if found.status == "split":
        raise CellWrong("divisions", _("“%(text)s” was split. Write which: %(names)s.") % values)
    if found.status == "similar":
        raise CellWrong("divisions", _("“%(text)s” isn't known. Did you mean: %(names)s?") % values)
    raise CellWrong("divisions", _("“%(text)s” can be several. Write the code: %(names)s.") % values)
