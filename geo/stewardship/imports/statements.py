"""The SQL of imports: ``statement(name)`` is its text, ``rows(name, parameters)`` what it answers."""

from geo.spatial.sql_files import SqlFiles

_FILES = SqlFiles(__file__)
statement = _FILES.statement
rows = _FILES.rows
