"""Addresses of /beheer/: the same five for every section, and what only some have."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from helpdesk.desk.manage.sections import SECTIONS
from helpdesk.desk.manage.sections.people import PEOPLE
from helpdesk.desk.manage.sections.section import Section
from helpdesk.desk.manage.sections.tokens import TOKENS
from helpdesk.desk.manage.views import arrivals, home, people, records, running, tokens

app_name = "manage"


def _routes(section: Section) -> Iterator[URLPattern]:
    known = {"section": section}
    record = records.edit if section.change else records.show
    yield path(f"{section.slug}/", records.listing, known, name=section.key)
    if section.create:
        yield path(f"{section.slug}/nieuw/", records.create, known, name=f"{section.key}_new")
    yield path(f"{section.slug}/<int:pk>/", record, known, name=f"{section.key}_edit")
    yield path(f"{section.slug}/<int:pk>/geschiedenis/", records.past, known, name=f"{section.key}_history")


urlpatterns = [
    path("", home.home, name="home"),
    *(route for section in SECTIONS for route in _routes(section)),
    path(f"{PEOPLE.slug}/<int:pk>/wachtwoord/", people.reset_password, name="reset_password"),
    path(f"{PEOPLE.slug}/<int:pk>/afmelden/", people.end_sessions, name="end_sessions"),
    path(f"{PEOPLE.slug}/<int:pk>/besturen/", people.add_membership, name="add_membership"),
    path(
        f"{PEOPLE.slug}/<int:pk>/besturen/<int:membership_pk>/beeindigen/",
        people.end_membership,
        name="end_membership",
    ),
    path(f"{TOKENS.slug}/<int:pk>/intrekken/", tokens.revoke, name="revoke_token"),
    path("achtergrondwerk/", running.outbox, name="outbox"),
    path("achtergrondwerk/opnieuw/", running.retry_all, name="retry_all"),
    path("achtergrondwerk/<int:pk>/opnieuw/", running.retry, name="retry"),
    path("mails/", running.mails, name="mails"),
    path("mails/<int:pk>/opnieuw/", running.resend, name="resend_mail"),
    path("post/", arrivals.arrivals, name="arrivals"),
    path("post/opnieuw/", arrivals.read_again_since, name="read_again_since"),
    path("post/<int:pk>/opnieuw/", arrivals.read_again, name="read_again"),
    path("post/<int:pk>/bron/", arrivals.source, name="arrival_source"),
]
