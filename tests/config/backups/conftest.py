"""A backup of one ticket with a file."""

import pytest

from config.backups.taking import take_backup
from helpdesk.tickets.content import store_upload
from tests import factories
from tests.config.backups.pieces import CONTENT


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def ticket():
    upload = store_upload(filename="scherm.png", chunks=[CONTENT])
    return factories.ticket("Café gesloten — «ik» geraak niet binnen \u2028", uploads=(upload,))


@pytest.fixture
def path(ticket, tmp_path):
    path = tmp_path / "backup.tar"
    take_backup(path)
    return path
