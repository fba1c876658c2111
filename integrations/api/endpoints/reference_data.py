"""What everybody may read without a token: administrations and applications."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from helpdesk.accounts.models import Organisation
from helpdesk.accounts.organisations import BY_NAME, sought, with_nis_code
from helpdesk.catalogue.models import Application
from helpdesk.kernel.keyset import page_of
from integrations.api import bodies, shapes
from integrations.api.answers import list_answer, next_url_of
from integrations.api.representations import application_shape, organisation_shape

router = Router(tags=["Reference data"])


@router.get("/organisations", response=shapes.OrganisationList, summary="Find administrations")
def list_organisations(request: HttpRequest, filters: Query[bodies.OrganisationFilters]) -> HttpResponse:
    """Find administrations by name, former name or number, best first; dissolved ones too."""
    found, order = _organisations(filters)
    page = page_of(found.prefetch_related("successors"), order=order, limit=filters.limit, cursor=filters.cursor)
    items = [organisation_shape(organisation) for organisation in page.rows]
    next_url = next_url_of(request, page.next_cursor)
    return list_answer(shapes.OrganisationList(items=items, next=next_url), next_url)


@router.get("/applications", response=shapes.ApplicationList, summary="List applications")
def list_applications(request: HttpRequest, paging: Query[bodies.Paging]) -> HttpResponse:
    """List the applications in use, with who helps with them."""
    in_use = Application.objects.filter(is_active=True)
    page = page_of(in_use, order=("name", "pk"), limit=paging.limit, cursor=paging.cursor)
    items = [application_shape(application) for application in page.rows]
    next_url = next_url_of(request, page.next_cursor)
    return list_answer(shapes.ApplicationList(items=items, next=next_url), next_url)


def _organisations(filters: bodies.OrganisationFilters) -> tuple[QuerySet[Organisation], tuple[str, ...]]:
    found, order = sought(filters.q) if filters.q.strip() else (Organisation.objects.all(), BY_NAME)
    if filters.nis:
        found = found.filter(pk__in=with_nis_code(filters.nis).values("pk"))
    return found, order
