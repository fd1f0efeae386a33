"""How large an uploaded table may be. Nothing of Django is imported here: the reading process uses it too."""

MEGABYTE = 1024 * 1024

MAX_BYTES = 20 * MEGABYTE
"""Size of the file as uploaded."""

MAX_UNPACKED = 200 * MEGABYTE
"""Sum of what the parts of a workbook unpack to."""

MAX_RATIO = 150
"""How many times larger than packed a part may be, once it is larger than ``RATIO_FROM``."""

RATIO_FROM = 4 * MEGABYTE
MAX_PARTS = 2_000
MAX_ROWS = 50_000
"""Rows that hold anything."""

MAX_COLUMNS = 200
MAX_CELLS = 2_000_000
MAX_TEXT = 8_000
"""Characters of one cell."""

MAX_SHEETS = 50
CPU_SECONDS = 40
WALL_SECONDS = 90
MEMORY = 1024 * MEGABYTE
"""Address space of the reading process."""

MAX_ANSWER = 256 * MEGABYTE
"""What the reading process may write."""
