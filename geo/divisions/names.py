"""Names of divisions: the type that precedes a name, and the keys under which equal spellings meet.

Pure functions. A *key* is compact: no accents, no spaces, one spelling of i/y at the end of a syllable, no leading
zeros, so that ``Kon Tum`` and ``Kontum``, ``Mỹ`` and ``Mĩ``, ``Quận 01`` and ``quận 1`` meet. An *accented key* keeps
the accents and forgets only where the tone mark stands (``hòa``, ``hoà``).
"""

import re
import unicodedata

from geo.spatial.folding import fold

# The types of the register, longest first so that "thị trấn" is not read as "thị" …
UNIT_TYPES = ("thành phố", "thị trấn", "đặc khu", "thị xã", "phường", "huyện", "quận", "tỉnh", "xã")

ENGLISH_TYPES = {
    "tỉnh": "Province",
    "thành phố": "City",
    "quận": "District",
    "huyện": "District",
    "thị xã": "Town",
    "phường": "Ward",
    "xã": "Commune",
    "thị trấn": "Township",
    "đặc khu": "Special Zone",
}

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_FINAL_Y = re.compile(r"(?<=[bcdghklmnprstvx])y$|(?<=^qu)y$")
_WORDS = re.compile(r"[^\W_]+")


def _one_spelling(syllable: str) -> str:
    """Spell a folded syllable one way: final i for y after a consonant, dak for dac, numbers without leading zeros."""
    if syllable.isdigit():
        return syllable.lstrip("0") or "0"
    if syllable == "dac":
        return "dak"
    return _FINAL_Y.sub("i", syllable)


def name_key(text: str) -> str:
    """Return the compact key of a short name: ``name_key("Mỹ Đức") == name_key("mi duc")``."""
    return "".join(_one_spelling(syllable) for syllable in fold(text).split())


def accented_key(text: str) -> str:
    """Return the key that keeps accents: equal for ``Hòa Lý`` and ``hoà lí``, different for ``Hóa Ly``."""
    return "".join(_accented_syllables(text))


def _accented_syllables(text: str) -> list[str]:
    parts = []
    for word in _WORDS.findall(unicodedata.normalize("NFC", text).lower()):
        letters = unicodedata.normalize("NFD", word)
        tone = "".join(c for c in letters if c in _TONES)
        rest = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
        # Names of other languages than Vietnamese end in k and are written with and without tone; Đắc is one of them.
        plain = "đăk" if rest == "đăc" else _one_spelling(rest)
        parts.append(plain if plain.endswith("k") else plain + tone)
    return parts


def accents_agree(typed: str, name: str) -> bool:
    """Tell whether what was typed may be ``name``: a syllable typed without accents may be any that folds alike."""
    said, there = _accented_syllables(typed), _accented_syllables(name)[-len(_accented_syllables(typed)) :]
    if len(said) != len(there):
        return accented_key(typed) == accented_key(name)
    return all(a == b or (a.isascii() and a == "".join(fold(b).split())) for a, b in zip(said, there, strict=True))


def has_accents(text: str) -> bool:
    """Tell whether someone typed Vietnamese letters, so that their accents mean something."""
    return not unicodedata.normalize("NFC", text).isascii()


def split_full_name(full_name: str) -> tuple[str, str]:
    """Split an official full name into (type in lower case, short name).

    ``Đặc khu Phú Quốc`` → (``đặc khu``, ``Phú Quốc``). A name that is only a number or a Roman numeral keeps its type:
    ``Phường 1`` → (``phường``, ``Phường 1``). Raises ValueError for a name without a known type.
    """
    text = unicodedata.normalize("NFC", " ".join(full_name.split()))
    lower = text.lower()
    for unit_type in UNIT_TYPES:
        if lower.startswith(unit_type + " "):
            short = text[len(unit_type) + 1 :]
            return unit_type, text if re.fullmatch(r"\d+|[IVX]+", short) else short
    raise ValueError(f"no known type in {full_name!r}")


def stored_key(unit_type: str, name: str) -> str:
    """Return the key a division is stored under: of its name without the type (``Phường 1`` → ``1``)."""
    lower = name.lower()
    return name_key(name[len(unit_type) + 1 :] if re.fullmatch(unit_type + r" (\d+|[ivx]+)", lower) else name)


def english_name(unit_type: str, name: str) -> str:
    """Return the name as English pages write it: no accents, type behind (``Phu Quoc Special Zone``, ``Ward 1``)."""
    bare = unicodedata.normalize("NFD", name).replace("đ", "d").replace("Đ", "D")
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    word = ENGLISH_TYPES[unit_type]
    number = re.fullmatch(unit_type + r" (\d+|[ivx]+)", name.lower())
    return f"{word} {number[1].upper()}" if number else f"{bare} {word}"
