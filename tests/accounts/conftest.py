"""The shipped administrations, imported once for a whole file: each test rolls back only what it adds."""

import pytest
from django.db import transaction

from helpdesk.accounts.actors import System
from helpdesk.accounts.organisation_import import import_organisations


@pytest.fixture(scope="module")
def _imported(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        import_organisations(actor=System())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def administrations(_imported, db):
    """All 1,170 administrations and 38 predecessors stand in the database."""
