"""Mailboxes on a real server."""

import os
import shutil

import pytest

from tests.integrations.mail.fetching.servers import PROGRAM, Between, Dovecot, folder_for_anybody


@pytest.fixture(scope="session")
def dovecot():
    if PROGRAM is None and os.environ.get("CI") == "true":
        pytest.fail("There is no Dovecot: no mail was fetched. Install the package dovecot-imapd.")
    if PROGRAM is None:
        pytest.skip("NO MAIL WAS FETCHED: there is no Dovecot. Install the package dovecot-imapd.")
    server = Dovecot(folder_for_anybody())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder)


@pytest.fixture
def postbox(dovecot):
    return dovecot.new_mailbox()


@pytest.fixture
def between(dovecot):
    proxy = Between(dovecot.port)
    proxy.start()
    yield proxy
    proxy.stop()
