"""Which columns name stored files: what keeps a file, and what a backup takes with it."""

from django.apps import apps

from helpdesk.kernel.file_names import StoredFileField, is_named, named_by, named_files
from helpdesk.tickets.content import store_upload
from helpdesk.tickets.models import KeptUpload
from tests import factories


def columns():
    return [field for model in apps.get_models() for field in model._meta.concrete_fields]


def test_every_column_that_holds_the_hash_of_a_file_says_so():
    named_so = [field for field in columns() if "sha256" in field.name]

    assert {"tickets.Attachment.sha256", "tickets.KeptUpload.sha256"} <= {str(field) for field in named_so}
    assert [str(field) for field in named_so if not isinstance(field, StoredFileField)] == []


def test_a_file_is_named_once_whoever_names_it_and_however_often(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    first, second, nobodys = (store_upload(filename="x.png", chunks=[content]) for content in (b"1", b"2", b"3"))
    ticket = factories.ticket(uploads=(first, first))
    kept = KeptUpload.objects.create(browser="b", filename="x.png", content_type="", size=1, sha256=first.sha256)
    KeptUpload.objects.create(browser="b", filename="y.png", content_type="", size=1, sha256=second.sha256)

    assert list(named_files()) == sorted([first.sha256, second.sha256])
    assert [is_named(upload.sha256) for upload in (first, second, nobodys)] == [True, True, False]
    attachments = [f"Attachment {row.pk}" for row in ticket.attachments.all()]
    assert sorted(named_by(first.sha256).split(", ")) == sorted([*attachments, f"KeptUpload {kept.pk}"])
