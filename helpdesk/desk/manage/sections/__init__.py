"""The sections of /beheer/, in the order of its menu."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from helpdesk.desk.manage.sections.catalogue import APPLICATIONS, CATEGORIES
from helpdesk.desk.manage.sections.organisations import ORGANISATIONS
from helpdesk.desk.manage.sections.people import PEOPLE, TEAMS
from helpdesk.desk.manage.sections.queues import QUEUES, ROUTES
from helpdesk.desk.manage.sections.section import Section, Words
from helpdesk.desk.manage.sections.tokens import TOKENS


@dataclass(frozen=True)
class Chapter:
    title: Words
    sections: Sequence[Section]


CHAPTERS = (
    Chapter(_("Tickets"), (QUEUES, ROUTES, APPLICATIONS, CATEGORIES)),
    Chapter(_("People and administrations"), (PEOPLE, TEAMS, ORGANISATIONS, TOKENS)),
)
SECTIONS = tuple(section for chapter in CHAPTERS for section in chapter.sections)
