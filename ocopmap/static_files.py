"""Storage of the static files: hashed names, compressed copies, ES-module imports rewritten to the hashed names."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

OFFICE_ONLY = ("/admin/", "/rest_framework/", "/gis/")
"""Parts that only people in offices load: gzip is enough, brotli would take half of the time of a first start."""


class _Compressor(Compressor):  # type: ignore[misc]  # no stubs
    """Brotli and gzip for what the public loads, gzip alone for the rest."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.plain = Compressor(**{**options, "use_brotli": False})

    def compress(self, path: str) -> Any:
        """Write the compressed copies of one file and return their names."""
        if any(part in path for part in OFFICE_ONLY):
            return self.plain.compress(path)
        return super().compress(path)


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no stubs
    """Whitenoise's storage that also follows ``import … from "./x.js";`` (the statement must end in a semicolon)."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 12
    """Modules import modules that import modules: every step down takes a pass until all hashes are settled."""

    def create_compressor(self, **options: Any) -> Compressor:
        """Return the compressor that tells public files from office files."""
        return _Compressor(**options)
