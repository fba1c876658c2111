"""Administrations: found and shown; they come from the Organisatieportaal and are not changed here."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation
from helpdesk.accounts.organisation_names import kbo_with_dots
from helpdesk.accounts.organisations import BY_NAME, matching
from helpdesk.desk.manage.history import Trail
from helpdesk.desk.manage.sections.section import Column, Facts, Section


def _organisations(text: str) -> QuerySet[Organisation]:
    return matching(text) if text else Organisation.objects.order_by(*BY_NAME)


def _kbo(organisation: Organisation) -> str:
    return kbo_with_dots(organisation.kbo_number) if organisation.kbo_number else ""


def _facts(organisation: Organisation) -> Facts:
    return (
        (_("Type of administration"), organisation.classification),
        (_("Legal name"), organisation.legal_name),
        (_("KBO number"), _kbo(organisation)),
        (_("OVO code"), organisation.ovo_code or ""),
        (_("NIS code"), organisation.nis_code),
        (_("Province"), organisation.province),
        (_("Postcode"), organisation.postcode),
        (_("Exists since"), organisation.valid_from),
        (_("Existed until"), organisation.valid_until),
        (_("URI"), organisation.uri),
    )


def _context(organisation: Organisation) -> dict[str, Any]:
    return {
        "names": list(organisation.names.order_by("-valid_from", "pk")),
        "predecessors": list(organisation.predecessors.order_by("name", "pk")),
        "successors": list(organisation.successors.order_by("name", "pk")),
    }


ORGANISATIONS = Section(
    key="organisations",
    slug="besturen",
    title=_("Administrations"),
    intro=_("From the Organisatieportaal. They cannot be changed here."),
    search_label=_("Search by name, former name, KBO, OVO or NIS number"),
    rows=_organisations,
    columns=(
        Column(_("Name"), lambda organisation: organisation.display_name),
        Column(_("Type"), lambda organisation: organisation.classification),
        Column(_("KBO number"), _kbo),
        Column(_("OVO code"), lambda organisation: organisation.ovo_code or ""),
        Column(_("NIS code"), lambda organisation: organisation.nis_code),
        Column(_("Existed until"), lambda organisation: organisation.valid_until),
    ),
    trails=lambda organisation: [Trail(rows=Organisation.history.filter(id=organisation.pk))],
    facts=_facts,
    template="desk/manage/organisation.html",
    context=_context,
)
