"""Mail is fetched from a mailbox: stored first, then counted as fetched, then marked as read."""

import logging
import time
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from helpdesk.accounts.actors import System
from helpdesk.mailbox.fetching import remember_round
from helpdesk.mailbox.models import InboundMail
from helpdesk.mailbox.services import store_mail
from integrations.mail import imap
from integrations.mail.imap import Folder, Mailbox, MailboxError, NotGivenError, open_folder
from integrations.mail.models import LeftMail, MailCursor

logger = logging.getLogger(__name__)

# A round ends before its conversation would be cut off; what is left comes in the next one.
ROUND_S = 240.0
# A mail at which the connection breaks so often is passed, so that the others come through.
STUMBLES = 3
# Tried again after 2, 4, 8… minutes, for seventeen hours.
MOST_TRIES = 9
SYSTEM = System()
REASON = LeftMail.Reason
# What breaks off a round: the server, our database or our disk. What was not stored comes in the next one.
FAILURES = (MailboxError, DatabaseError, OSError)


def fetch_new(box: Mailbox) -> int:
    """Run rounds until the mailbox holds nothing new and what was left behind is tried; return how many were stored.

    `FAILURES` say that this broke off; then the next call goes on where this one was.
    """
    stored, began = 0, timezone.now()
    while True:
        found = fetch_round(box, untried_since=began)
        stored += found.stored
        if found.is_complete:
            return stored


def fetch_round(box: Mailbox, *, untried_since: datetime | None = None) -> "Round":
    """Hold one conversation with the server, and remember how it went.

    What was left behind is tried when it is due, or when nobody tried it since this moment.
    """
    try:
        with open_folder(box) as folder:
            found = Round(folder, _cursor(box, folder))
            found.run(untried_since=untried_since)
    except FAILURES as error:
        _remember(box, error=_words_for(error))
        raise
    _remember(box, error="")
    return found


def left_behind(box: Mailbox) -> int:
    return LeftMail.objects.filter(account=box.account).count()


class Round:
    """One conversation: first what is new, then what was left behind before."""

    def __init__(self, folder: Folder, cursor: MailCursor) -> None:
        self.stored = 0
        self.is_complete = False
        self._folder = folder
        self._cursor = cursor
        self._deadline = time.monotonic() + ROUND_S
        left = LeftMail.objects.filter(account=cursor.account, uidvalidity=cursor.uidvalidity)
        self._left = {note.uid: note for note in left}

    def run(self, *, untried_since: datetime | None) -> None:
        for uids, through in self._folder.uids_after(self._cursor.last_uid):
            if not self._take_in_time(uids):
                return
            self._pass(through)
        self._forget_gone()
        due = [note.uid for note in self._left.values() if _is_due(note, untried_since)]
        self.is_complete = self._take_in_time(due)

    def _take_in_time(self, uids: list[int]) -> bool:
        """Fetch these mails, and say whether there was time for all of them."""
        for uid in uids:
            if time.monotonic() > self._deadline:
                return False
            self._take(uid)
        return True

    def _take(self, uid: int) -> None:
        """Fetch one mail. Only when it is stored, or noted as left behind, the cursor passes it."""
        try:
            is_stored = self._store(uid)
        except MailboxError:
            if self._note(uid, REASON.NOT_GIVEN).tries >= STUMBLES:
                self._pass(uid)
            raise
        self._pass(uid)
        if is_stored:
            self._forget(uid)
            self.stored += 1
            self._folder.mark_seen(uid)

    def _store(self, uid: int) -> bool:
        """Store one mail; what is gone meanwhile is nobody's loss, what stays there is noted."""
        try:
            if self._folder.size_of(uid) > imap.MOST_BYTES:
                self._note(uid, REASON.TOO_LARGE)
                return False
            content = self._folder.content_of(uid)
        except NotGivenError:
            if self._folder.present(str(uid)):
                self._note(uid, REASON.NOT_GIVEN)
            else:
                self._forget(uid)
            return False
        store_mail(actor=SYSTEM, chunks=[content], source=InboundMail.Source.IMAP)
        return True

    def _pass(self, uid: int) -> None:
        """Move the cursor forward, never back: another round may be further by now."""
        if uid > self._cursor.last_uid:
            own = MailCursor.objects.filter(pk=self._cursor.pk, uidvalidity=self._cursor.uidvalidity)
            own.filter(last_uid__lt=uid).update(last_uid=uid)
            self._cursor.last_uid = uid

    def _note(self, uid: int, reason: str) -> LeftMail:
        logger.warning("Mail %s stays in the mailbox %s: %s.", uid, self._cursor.account, reason)
        note, is_new = LeftMail.objects.get_or_create(
            account=self._cursor.account, uidvalidity=self._cursor.uidvalidity, uid=uid, defaults={"reason": reason}
        )
        if not is_new:
            LeftMail.objects.filter(pk=note.pk).update(reason=reason, tries=F("tries") + 1, tried_at=timezone.now())
            note.refresh_from_db()
        self._left[uid] = note
        return note

    def _forget(self, uid: int) -> None:
        if note := self._left.pop(uid, None):
            LeftMail.objects.filter(pk=note.pk).delete()

    def _forget_gone(self) -> None:
        """Somebody took it out of the mailbox: there is nothing to deal with any more."""
        if self._left:
            there = self._folder.present(",".join(map(str, self._left)))
            for uid in self._left.keys() - set(there):
                self._forget(uid)


def _cursor(box: Mailbox, folder: Folder) -> MailCursor:
    """Return how far we are; a folder that was numbered anew is read anew, and what is stored already stays one."""
    with transaction.atomic():
        cursor, _ = MailCursor.objects.select_for_update().get_or_create(account=box.account)
        if cursor.uidvalidity != folder.uidvalidity:
            logger.info("The mailbox %s is numbered anew: it is read from its beginning.", box.account)
            LeftMail.objects.filter(account=box.account).delete()
            cursor.uidvalidity, cursor.last_uid = folder.uidvalidity, 0
            cursor.save(update_fields=["uidvalidity", "last_uid"])
    return cursor


def _is_due(note: LeftMail, untried_since: datetime | None) -> bool:
    if note.reason == REASON.TOO_LARGE:
        return False
    if untried_since is not None and note.tried_at < untried_since:
        return True
    return note.tries < MOST_TRIES and note.tried_at + timedelta(minutes=2**note.tries) <= timezone.now()


def _words_for(error: Exception) -> str:
    """Say what went wrong where strangers may read it: no path of ours, nothing of our database."""
    if isinstance(error, MailboxError):
        return str(error)
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


def _remember(box: Mailbox, *, error: str) -> None:
    remember_round(error=error, left=left_behind(box))
