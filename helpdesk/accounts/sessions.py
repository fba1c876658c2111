"""Sessions as Django keeps them; every page reads one, so the question is put into SQL once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.kernel.questions import asked_often


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """Return the stored session; without one that lives, the key is forgotten, so that nobody can choose theirs."""
        living = [found for found in _called(key=str(self.session_key)) if found.expire_date > timezone.now()]
        if living:
            return living[0]
        self._session_key = None
        return None


@asked_often
def _called(*, key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)
