"""The database backend of the settings."""

import select

from django.contrib.gis.db.backends.postgis import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks a kept connection itself, and the server only in doubt: Django asks the server once per request."""

    def is_usable(self) -> bool:
        """Return whether the connection still works.

        From an idle session nothing comes. When there is something to read, the server has ended the session, or has
        changed a parameter: then a question tells which.
        """
        if self.connection is None or self.connection.closed:
            return False
        try:
            waiting = select.poll()
            waiting.register(self.connection.fileno(), select.POLLIN)
            silent = not waiting.poll(0)
        except OSError:
            return False
        return silent or bool(super().is_usable())
