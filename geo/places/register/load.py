"""The whole load, in one transaction with one reason in the audit trail."""

from collections.abc import Callable
from pathlib import Path

from geo.access.history import audit
from geo.places.periods import ensure_periods, recompute_periods
from geo.places.register.catalogue import load_catalogue
from geo.places.register.files import FOLDER, FixtureError
from geo.places.register.holidays import load_holidays
from geo.places.register.sample import load_sample
from geo.places.register.sample_certificates import load_sample_certificates
from geo.places.register.sites import load_sites
from geo.places.register.store import BATCH, Store
from geo.spatial import calendar
from geo.spatial.upserts import Tally

Loader = Callable[[Store, Path, bool], None]
_others: list[Loader] = []


def also_load(loader: Loader) -> None:
    """Let an upper room load its files with the register: it is called with the store, folder, and if samples count."""
    if loader not in _others:
        _others.append(loader)


class _DryRun(Exception):
    """Ends a dry run by rolling its transaction back."""


def load_register(
    folder: Path = FOLDER,
    *,
    sample: bool = True,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _step: None,
) -> dict[str, Tally]:
    """Load the shipped data and return what happened to each table; nothing is ever deleted.

    What a person changed or removed since an earlier load is left alone and counted as kept.
    Raises: FixtureError, with nothing stored, when a file can't be understood or the divisions aren't loaded yet.
    """
    tallies: dict[str, Tally] = {}
    try:
        with audit(None, "register shipped with ocopmap", BATCH):
            store = Store(calendar.today(), tallies)
            if not store.provinces:
                raise FixtureError("no divisions yet: run manage.py load_divisions first")
            progress("holidays, categories, products")
            load_holidays(store, folder)
            catalogue = load_catalogue(store, folder)
            progress("production sites")
            load_sites(store, folder, catalogue)
            if sample:
                progress("sample places")
                load_sample_certificates(store, folder, catalogue, load_sample(store, folder, catalogue))
            for loader in _others:
                loader(store, folder, sample)
            progress("opening hours")
            holidays = tallies["holidays"]
            if holidays.new or holidays.changed:
                recompute_periods()
            else:
                ensure_periods()
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return tallies
