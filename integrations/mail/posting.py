"""Mail goes out: what is sent in one turn goes over one connection."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.mail import get_connection

from helpdesk.kernel.events import Event
from integrations.mail.messages import OutgoingMail


class Post:
    """A way to the mail server, opened for the first mail."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def send(self, mail: OutgoingMail) -> None:
        """Send a mail now; raises what went wrong."""
        try:
            self._connection.open()
            self._connection.send_messages([mail])
        except Exception:
            # No mail begins in a conversation that broke off.
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()


@contextmanager
def one_post(_events: Sequence[Event]) -> Iterator[Post]:
    post = Post()
    try:
        yield post
    finally:
        post.close()
