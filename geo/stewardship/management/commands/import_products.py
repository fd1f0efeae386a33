"""Import products from a table: ``manage.py import_products FILE [--dry-run]``."""

from geo.stewardship.imports.command import ImportCommand


class Command(ImportCommand):
    """See ``geo.stewardship.imports.command``."""

    help = "Import products from .xlsx, .xls, .ods or .csv: all of it or nothing, with a counted report."
    kind = "products"
