"""What we install fits a permissive licence."""

import re
from importlib.metadata import PackageNotFoundError, distribution, metadata

import pytest

from tests.architecture.sources import ROOT

# What vietnamadminunits asks for; Unidecode is GPL, the other two come only with it.
UNWANTED = ["unidecode", "geopy", "tqdm"]


def _locked(name: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements" / name).read_text(), re.MULTILINE)


@pytest.mark.parametrize("package", UNWANTED)
def test_packages_kept_out_are_neither_locked_nor_installed(package: str) -> None:
    assert package not in [name.lower() for name in _locked("serve.txt") + _locked("test.txt")]
    with pytest.raises(PackageNotFoundError):
        distribution(package)


def test_nothing_that_we_serve_with_is_gpl() -> None:
    gpl = []
    for name in _locked("serve.txt"):
        try:
            about = metadata(name)
        except PackageNotFoundError:  # for another platform
            continue
        classifiers = [line for line in about.get_all("Classifier", []) if line.startswith("License")]
        licence = " ".join([about.get("License-Expression", ""), *classifiers])
        if re.search(r"(?<!L)GPL|GNU (Affero )?General Public", licence):
            gpl.append(f"{name}: {licence}")
    assert gpl == []


@pytest.mark.parametrize("name", ["uv.txt", "serve.txt", "test.txt"])
def test_locks_are_hashed_and_name_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9_.-]+==)", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "index-url" not in text
    assert "://" not in text


def test_the_tests_lock_contains_the_services_lock() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text()
        return set(re.findall(r"^[A-Za-z0-9_.-]+==\S+", text, re.MULTILINE))

    assert pins("serve.txt") <= pins("test.txt")
