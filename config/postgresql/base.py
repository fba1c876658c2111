"""PostgreSQL as Django knows it, but for how it sees that a connection it kept has died."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Look instead of asking, which each request would wait for: a server that went has hung up or said goodbye."""
        if self.connection is None or self.connection.closed:
            return False
        listening = select.poll()
        listening.register(self.connection.fileno(), select.POLLIN)
        return not listening.poll(0)
