"""Compression of answers: brotli or gzip, at the level that costs less time than it saves."""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import brotli

SMALLEST = 600
"""Bodies below this many bytes go out as they are."""

_BROTLI_QUALITY = 3
_GZIP_LEVEL = 4
_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")


def encoding_for(accept_encoding: str) -> str:
    """Return ``br``, ``gzip`` or nothing, as the header allows."""
    return _encoding(accept_encoding[:500]) if accept_encoding else ""


@lru_cache(maxsize=256)
def _encoding(accept_encoding: str) -> str:
    allowed = {
        part.split(";")[0].strip().lower() for part in accept_encoding.split(",") if not _REFUSED.search(part.lower())
    }
    if "br" in allowed:
        return "br"
    return "gzip" if "gzip" in allowed else ""


def compress(body: bytes, encoding: str) -> bytes:
    """Return ``body`` in the encoding (``br`` or ``gzip``); the same body gives the same bytes."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))
    return gzip.compress(body, compresslevel=_GZIP_LEVEL, mtime=0)


def compress_stream(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the chunks in the encoding, as they come."""
    if encoding == "br":
        brotli_packer = brotli.Compressor(quality=_BROTLI_QUALITY)
        pack, finish = brotli_packer.process, brotli_packer.finish
    else:
        gzip_packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        pack, finish = gzip_packer.compress, gzip_packer.flush
    for chunk in chunks:
        if packed := pack(chunk):
            yield packed
    yield finish()
