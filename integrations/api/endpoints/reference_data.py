"""What everybody may read without a token: administrations and applications."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from helpdesk.accounts.models import Organisation
from helpdesk.accounts.organisations import matching, with_nis_code
from helpdesk.catalogue.models import Application
from integrations.api import bodies, shapes
from integrations.api.answers import list_answer, next_url_of
from integrations.api.paging import rows_of
from integrations.api.representations import application_shape, organisation_shape

router = Router(tags=["Reference data"])


@router.get("/organisations", response=shapes.OrganisationList, summary="Find administrations")
def list_organisations(request: HttpRequest, filters: Query[bodies.OrganisationFilters]) -> HttpResponse:
    """Find administrations by name, former name or number, best first; dissolved ones too."""
    found = _organisations(filters).prefetch_related("successors")
    rows, cursor = rows_of(found, cursor=filters.cursor, limit=filters.limit)
    items = [organisation_shape(organisation) for organisation in rows]
    next_url = next_url_of(request, cursor)
    return list_answer(shapes.OrganisationList(items=items, next=next_url), next_url)


@router.get("/applications", response=shapes.ApplicationList, summary="List applications")
def list_applications(request: HttpRequest, paging: Query[bodies.Paging]) -> HttpResponse:
    """List the applications in use, with who helps with them."""
    in_use = Application.objects.filter(is_active=True).order_by("name", "pk")
    rows, cursor = rows_of(in_use, cursor=paging.cursor, limit=paging.limit)
    items = [application_shape(application) for application in rows]
    next_url = next_url_of(request, cursor)
    return list_answer(shapes.ApplicationList(items=items, next=next_url), next_url)


def _organisations(filters: bodies.OrganisationFilters) -> QuerySet[Organisation]:
    by_name = Organisation.objects.order_by("name", "classification", "pk")
    found = matching(filters.q) if filters.q.strip() else by_name
    if not filters.nis:
        return found
    return found.filter(pk__in=with_nis_code(filters.nis).values("pk"))
