"""Databases in memory: what is measured is the work of servers and of PostgreSQL, not that of a disk."""

from collections.abc import Iterable
from contextlib import closing

import psycopg2
from workshop.sites import connect
from workshop.steps import say

_READ = """
    SELECT sum(pg_prewarm(oid, 'read')) FROM pg_class
    WHERE relkind IN ('r', 'i', 't') AND relpersistence = 'p' AND relpages > 0"""


def warm(databases: Iterable[str]) -> None:
    """Let the machine's memory hold every table and index, ours and the peers', as far as there is room.

    A server whose extensions may not be added is measured as it is.
    """
    for name in databases:
        with closing(connect(name)) as connection, connection.cursor() as cursor:
            try:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
                cursor.execute(_READ)
            except psycopg2.Error as error:
                say(f"  {name} is not read into memory before: {str(error).splitlines()[0]}")
