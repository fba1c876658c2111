"""Fetching from a real server that is cut off, numbers anew, loses mail and refuses it."""

import hashlib
import socket
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from helpdesk.kernel import files
from helpdesk.mailbox.models import InboundMail
from integrations.mail import fetching, imap
from integrations.mail.fetching import fetch_new, fetch_round
from integrations.mail.imap import Mailbox, MailboxError
from integrations.mail.models import LeftMail, MailCursor
from tests.integrations.mail.fetching.servers import CUT
from tests.together import at_once

pytestmark = pytest.mark.django_db
NO = b"TAG NO [SERVERBUG] not now\r\n"


def letter(number, size=0):
    return f"From: an@aalter.example\r\nSubject: Vraag {number}\r\n\r\nTekst {number}\r\n{'x' * size}".encode()


LETTERS = [letter(number) for number in range(1, 6)]


def stored():
    """The mails as they are on disk, in the order in which they came."""
    shas = InboundMail.objects.filter(source="imap").order_by("pk").values_list("sha256", flat=True)
    contents = []
    for sha in shas:
        with files.open_file(sha) as file:
            contents.append(file.read())
        assert hashlib.sha256(contents[-1]).hexdigest() == sha
    return contents


def box(postbox, **changes):
    return Mailbox(**postbox.settings(**changes))


def left():
    return list(LeftMail.objects.order_by("uid").values_list("uid", "reason", "tries"))


def last_uid():
    return MailCursor.objects.get().last_uid


def is_fetch_of(uid):
    return f"FETCH {uid} (BODY".encode()


def test_new_mail_is_stored_byte_for_byte_and_marked_as_read(postbox):
    postbox.receive(*LETTERS)

    assert fetch_round(box(postbox)).stored == 5
    assert stored() == LETTERS
    assert postbox.seen() == [1, 2, 3, 4, 5]
    assert last_uid() == 5


def test_what_was_fetched_is_not_asked_for_again(postbox, between):
    asked = []
    between.on_command = lambda line: asked.append(line) if b"FETCH" in line else None
    postbox.receive(*LETTERS[:2])
    fetch_round(box(postbox, port=between.port))
    asked.clear()
    postbox.receive(LETTERS[2])

    assert fetch_round(box(postbox, port=between.port)).stored == 1
    assert [line.split()[3] for line in asked] == [b"3", b"3"]
    assert stored() == LETTERS[:3]


def test_an_empty_folder_is_a_round_too(postbox):
    found = fetch_round(box(postbox))

    assert (found.stored, found.is_complete, stored()) == (0, True, [])


def test_a_mail_that_somebody_read_already_is_fetched(postbox):
    postbox.receive(LETTERS[0])
    with postbox.opened(postbox.folder) as client:
        client.uid("STORE", "1", "+FLAGS", r"(\Seen)")

    assert fetch_round(box(postbox)).stored == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_over_tls_the_certificate_is_checked(postbox, dovecot, monkeypatch, security):
    postbox.receive(LETTERS[0])
    secure = box(postbox, security=security, port=dovecot.tls_port if security == "tls" else dovecot.port)
    with pytest.raises(MailboxError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch_round(secure)
    assert stored() == []

    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    assert fetch_round(secure).stored == 1


def test_a_wrong_password_is_told_and_never_shown(postbox):
    with pytest.raises(MailboxError) as caught:
        fetch_round(box(postbox, password="zeergeheim"))

    assert "AUTHENTICATIONFAILED" in str(caught.value)
    assert "zeergeheim" not in str(caught.value) + repr(box(postbox, password="zeergeheim"))


def test_a_folder_that_is_not_there_is_told(postbox):
    with pytest.raises(MailboxError, match=r"^Weg: .*doesn't exist"):
        fetch_round(box(postbox, folder="Weg"))


def test_names_with_spaces_and_quotes_stay_names(dovecot):
    spaced = dovecot.new_mailbox()
    spaced.folder = 'Vragen "nieuw" \\ oud'
    with spaced.opened() as client:
        client.create('"Vragen \\"nieuw\\" \\\\ oud"')
        client.append('"Vragen \\"nieuw\\" \\\\ oud"', None, None, LETTERS[0])

    assert fetch_round(box(spaced)).stored == 1


@pytest.mark.parametrize("nth", [1, 2, 5])
def test_a_connection_cut_during_a_fetch_loses_and_doubles_nothing(postbox, between, nth):
    postbox.receive(*LETTERS)
    fetches = []

    def cut_once(line):
        if b"BODY.PEEK" in line:
            fetches.append(line)
            return CUT if len(fetches) == nth else None
        return None

    between.on_command = cut_once
    with pytest.raises(MailboxError):
        fetch_round(box(postbox, port=between.port))
    assert stored() == LETTERS[: nth - 1]

    assert fetch_round(box(postbox, port=between.port)).stored == 6 - nth
    assert stored() == LETTERS
    assert left() == []
    assert between.conversations == 2


@pytest.mark.parametrize("command", [b"LOGIN", b"SELECT", b"SEARCH", b"RFC822.SIZE", b"STORE"])
def test_a_connection_cut_at_any_other_moment_loses_and_doubles_nothing(postbox, between, command):
    postbox.receive(*LETTERS)
    cut = []
    between.on_command = lambda line: cut.append(line) or CUT if command in line and not cut else None
    with pytest.raises(MailboxError):
        fetch_round(box(postbox, port=between.port))

    fetch_round(box(postbox, port=between.port))
    assert stored() == LETTERS
    assert left() == []


def test_a_mail_at_which_the_connection_always_breaks_does_not_hold_up_the_others(postbox, between):
    postbox.receive(*LETTERS)
    between.on_command = lambda line: CUT if is_fetch_of(2) in line else None
    for _ in range(3):
        with pytest.raises(MailboxError):
            fetch_round(box(postbox, port=between.port))
    assert stored() == LETTERS[:1]

    assert fetch_round(box(postbox, port=between.port)).stored == 3
    assert stored() == [LETTERS[0], *LETTERS[2:]]
    assert left() == [(2, "not_given", 3)]


def test_a_folder_that_is_numbered_anew_is_read_anew_and_nothing_comes_twice(postbox):
    postbox.receive(*LETTERS[:3])
    fetch_round(box(postbox))
    before = MailCursor.objects.get().uidvalidity
    postbox.number_anew(*reversed(LETTERS))

    assert fetch_round(box(postbox)).stored == 5
    assert MailCursor.objects.get().uidvalidity != before
    assert sorted(stored()) == LETTERS


def test_what_was_left_behind_under_old_numbers_is_forgotten(postbox, between):
    postbox.receive(*LETTERS[:2])
    between.on_command = lambda line: NO if is_fetch_of(1) in line else None
    fetch_round(box(postbox, port=between.port))
    assert left() == [(1, "not_given", 1)]
    postbox.number_anew(LETTERS[2])
    between.on_command = lambda _line: None
    fetch_round(box(postbox, port=between.port))

    assert left() == []
    assert stored() == [LETTERS[1], LETTERS[2]]


def test_mail_removed_while_we_fetch_is_skipped(postbox, between):
    postbox.receive(*LETTERS)

    def remove_under_our_hands(line):
        if b"FETCH 2 (RFC822.SIZE" in line:
            postbox.remove(2)
            postbox.remove(4)

    between.on_command = remove_under_our_hands
    found = fetch_round(box(postbox, port=between.port))

    assert found.is_complete
    assert set(stored()) >= {LETTERS[0], LETTERS[2], LETTERS[4]}
    assert left() == []
    assert last_uid() == 5


def test_numbers_that_were_removed_before_are_no_mail(postbox):
    postbox.receive(*LETTERS)
    postbox.remove(1)
    postbox.remove(5)

    assert fetch_round(box(postbox)).stored == 3
    assert stored() == LETTERS[1:4]


def test_a_mail_the_server_does_not_give_is_noted_and_tried_again_later(postbox, between):
    postbox.receive(*LETTERS)
    between.on_command = lambda line: NO if is_fetch_of(2) in line else None
    through = box(postbox, port=between.port)
    assert fetch_round(through).stored == 4
    assert left() == [(2, "not_given", 1)]

    between.on_command = lambda _line: None
    assert fetch_round(through).stored == 0
    LeftMail.objects.update(tried_at=timezone.now() - timedelta(minutes=3))
    assert fetch_round(through).stored == 1
    assert (left(), sorted(stored())) == ([], LETTERS)


def test_a_mail_that_is_never_given_is_not_asked_for_for_ever(postbox, between):
    postbox.receive(LETTERS[0])
    between.on_command = lambda line: NO if is_fetch_of(1) in line else None
    through = box(postbox, port=between.port)
    fetch_round(through)
    LeftMail.objects.update(tries=9, tried_at=timezone.now() - timedelta(days=30))
    fetch_round(through)
    assert left() == [(1, "not_given", 9)]

    between.on_command = lambda _line: None
    assert fetch_new(through) == 1
    assert left() == []


def test_an_answer_without_the_mail_is_no_mail(postbox, between):
    postbox.receive(*LETTERS[:2])
    between.on_command = lambda line: b"TAG OK done\r\n" if is_fetch_of(1) in line else None
    fetch_round(box(postbox, port=between.port))

    assert (stored(), left()) == ([LETTERS[1]], [(1, "not_given", 1)])


def test_a_mail_over_the_limit_stays_in_the_mailbox_until_somebody_removes_it(postbox, monkeypatch):
    monkeypatch.setattr(imap, "MOST_BYTES", 2000)
    postbox.receive(letter(1), letter(2, size=3000), letter(3))

    assert fetch_round(box(postbox)).stored == 2
    assert left() == [(2, "too_large", 1)]
    assert postbox.seen() == [1, 3]
    fetch_new(box(postbox))
    assert left() == [(2, "too_large", 1)]

    postbox.remove(2)
    fetch_round(box(postbox))
    assert left() == []


def test_a_server_that_sends_more_than_it_said_is_not_read(postbox, between):
    postbox.receive(LETTERS[0])
    endless = b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n"
    between.on_command = lambda line: endless if is_fetch_of(1) in line else None

    with pytest.raises(MailboxError, match="99999999999"):
        fetch_round(box(postbox, port=between.port))


def test_a_large_mail_comes_through(postbox):
    large = letter(1, size=5_000_000)
    postbox.receive(large)
    fetch_round(box(postbox))

    assert stored() == [large]


def test_a_server_that_accepts_and_says_nothing_is_given_up(postbox, monkeypatch):
    monkeypatch.setattr(imap, "TIMEOUT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(MailboxError, match="timed out"):
            fetch_round(box(postbox, port=silent.getsockname()[1]))

    assert time.monotonic() - started < 10


def test_a_server_that_falls_silent_later_is_given_up(postbox, between, monkeypatch):
    postbox.receive(*LETTERS)
    between.on_command = lambda line: b"" if is_fetch_of(3) in line else None
    with monkeypatch.context() as patch:
        # Longer than a busy server needs for what it does answer.
        patch.setattr(imap, "TIMEOUT_S", 3.0)
        with pytest.raises(MailboxError, match="timed out"):
            fetch_round(box(postbox, port=between.port))
    assert stored() == LETTERS[:2]

    between.on_command = lambda _line: None
    fetch_round(box(postbox, port=between.port))
    assert stored() == LETTERS


def test_a_server_that_drips_is_cut_off_in_the_end(postbox, monkeypatch):
    monkeypatch.setattr(imap, "CONVERSATION_S", 1.0)
    stop = threading.Event()

    def drip(listener):
        link, _ = listener.accept()
        with link:
            while not stop.wait(0.05):
                try:
                    link.sendall(b"*")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        dripping = threading.Thread(target=drip, args=(listener,))
        dripping.start()
        started = time.monotonic()
        with pytest.raises(MailboxError):
            fetch_round(box(postbox, port=listener.getsockname()[1]))
        took = time.monotonic() - started
        stop.set()
        dripping.join()

    assert took < 10


def test_a_round_that_takes_too_long_goes_on_in_the_next_one(postbox, monkeypatch):
    postbox.receive(*LETTERS)
    monkeypatch.setattr(fetching, "ROUND_S", -1.0)
    found = fetch_round(box(postbox))
    assert (found.stored, found.is_complete) == (0, False)

    monkeypatch.undo()
    assert fetch_new(box(postbox)) == 5


def test_what_was_left_behind_takes_no_longer_than_a_round_either(postbox, between, monkeypatch):
    postbox.receive(*LETTERS)
    between.on_command = lambda line: NO if b"BODY.PEEK" in line else None
    through = box(postbox, port=between.port)
    fetch_round(through)
    LeftMail.objects.update(tried_at=timezone.now() - timedelta(minutes=3))
    between.on_command = lambda _line: None
    clock = iter([0.0, 1.0, 2.0, 241.0])
    monkeypatch.setattr(fetching, "time", SimpleNamespace(monotonic=lambda: next(clock), time=time.time))
    found = fetch_round(through)
    assert (found.stored, found.is_complete, len(left())) == (2, False, 3)

    monkeypatch.undo()
    assert (fetch_new(through), left(), sorted(stored())) == (3, [], LETTERS)


def test_what_is_not_given_is_tried_once_however_many_rounds_that_takes(postbox, between, monkeypatch):
    postbox.receive(*LETTERS)
    asked = []
    between.on_command = lambda line: asked.append(line) or NO if b"BODY.PEEK" in line else None
    through = box(postbox, port=between.port)
    fetch_round(through)
    asked.clear()
    take = fetching.Round._take

    def take_long(self, uid):
        take(self, uid)
        self._deadline = 0.0

    monkeypatch.setattr(fetching.Round, "_take", take_long)

    assert fetch_new(through) == 0
    assert (len(asked), left()) == (5, [(uid, "not_given", 2) for uid in range(1, 6)])


def test_numbers_far_apart_are_looked_through_in_windows(postbox, between, monkeypatch):
    monkeypatch.setattr(imap, "WINDOW", 2)
    searches = []
    between.on_command = lambda line: searches.append(line.split()[-1]) if b"SEARCH" in line else None
    postbox.receive(*LETTERS)
    through = box(postbox, port=between.port)

    assert fetch_round(through).stored == 5
    assert searches == [b"1:2", b"3:4", b"5:5"]
    assert stored() == LETTERS


def test_a_disk_that_is_full_leaves_the_mail_for_the_next_round(postbox, monkeypatch):
    postbox.receive(*LETTERS)
    with monkeypatch.context() as patch:
        patch.setattr(files, "_move_into_place", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(OSError, match="No space left"):
            fetch_round(box(postbox))
    assert (stored(), postbox.seen(), last_uid()) == ([], [], 0)

    assert fetch_round(box(postbox)).stored == 5


def test_a_round_that_is_behind_another_does_not_take_it_back(postbox, monkeypatch):
    postbox.receive(*LETTERS[:2])
    store = fetching.store_mail

    def store_while_another_is_further(**mail):
        MailCursor.objects.update(last_uid=10)
        return store(**mail)

    monkeypatch.setattr(fetching, "store_mail", store_while_another_is_further)
    fetch_round(box(postbox))

    assert (stored(), last_uid()) == (LETTERS[:2], 10)


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_store_each_mail_once(postbox):
    postbox.receive(*[letter(number) for number in range(30)])

    at_once(*[lambda: fetch_round(box(postbox))] * 2)

    assert sorted(stored()) == sorted(letter(number) for number in range(30))
    assert last_uid() == 30
