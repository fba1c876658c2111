"""What of applications can be found: those in use, by anybody."""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from helpdesk.accounts.actors import Actor
from helpdesk.catalogue.models import Application
from helpdesk.kernel.history import last_changes
from helpdesk.search.documents import Document
from helpdesk.search.sources import Shown, Wanted

PUBLIC = frozenset({"public"})


class Applications:
    kind = "application"
    narrows = False

    def ids(self) -> Iterator[int]:
        return Application.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, ids: Collection[int]) -> list[Document]:
        changes = last_changes(Application, ids)
        found = Application.objects.filter(pk__in=ids, is_active=True).order_by("pk")
        return [_document(application, changes.get(application.pk, 0)) for application in found]

    def audience_of(self, _actor: Actor) -> frozenset[str]:
        return PUBLIC

    def shown(self, actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
        found = Application.objects.filter(pk__in=ids, is_active=True)
        return {
            application.pk: Shown(title=application.name, url=_address(actor, application), public_id=application.slug)
            for application in found
        }

    def matching(self, _actor: Actor, wanted: Wanted) -> list[int]:
        told = Q()
        for word in wanted.words:
            told &= Q(name__icontains=word) | Q(owner__icontains=word)
        found = Application.objects.filter(told, is_active=True).order_by("name")
        return list(found.values_list("pk", flat=True)[: wanted.limit])


def _document(application: Application, version: int) -> Document:
    said = [getattr(application, name) for name in ("slug", "owner", "login", "right", "contact", "note")]
    return Document(
        key=f"application:{application.pk}",
        kind="application",
        object_id=application.pk,
        version=version,
        title=application.name,
        text="\n".join(text for text in said if text),
        audience=PUBLIC,
        facets={"application": (application.slug,)},
    )


def _address(actor: Actor, application: Application) -> str:
    """Return what is next: an agent looks at its tickets, somebody else reads what is known of it."""
    if actor.is_agent:
        return f"{reverse('desk:search')}?{urlencode({'q': f'toepassing:{application.slug}'})}"
    return f"{reverse('knowledgebase:home')}?{urlencode({'toepassing': application.slug})}"
