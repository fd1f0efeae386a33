"""Storage of the static files: hashed names, compressed copies, ES-module imports rewritten to the hashed names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no stubs
    """Whitenoise's storage that also follows ``import … from "./x.js";`` (the statement must end in a semicolon)."""

    support_js_module_import_aggregation = True
