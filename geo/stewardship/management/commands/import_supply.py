"""Import what places can deliver from a table: ``manage.py import_supply FILE [--dry-run]``."""

from geo.stewardship.imports.command import ImportCommand


class Command(ImportCommand):
    """See ``geo.stewardship.imports.command``."""

    help = "Import supply from .xlsx, .xls, .ods or .csv: all of it or nothing, with a counted report."
    kind = "supply"
