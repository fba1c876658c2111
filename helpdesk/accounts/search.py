"""What of administrations can be found: every one, by anybody."""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from helpdesk.accounts import organisations
from helpdesk.accounts.actors import Actor
from helpdesk.accounts.models import Organisation
from helpdesk.kernel.history import last_changes
from helpdesk.search.documents import Document
from helpdesk.search.sources import Shown, Wanted

PUBLIC = frozenset({"public"})


class Organisations:
    kind = "organisation"
    narrows = False

    def ids(self) -> Iterator[int]:
        return Organisation.objects.order_by("pk").values_list("pk", flat=True).iterator()

    def documents(self, ids: Collection[int]) -> list[Document]:
        found = Organisation.objects.filter(pk__in=ids).prefetch_related("names").order_by("pk")
        changes = last_changes(Organisation, ids)
        return [_document(organisation, changes.get(organisation.pk, 0)) for organisation in found]

    def audience_of(self, _actor: Actor) -> frozenset[str]:
        return PUBLIC

    def shown(self, actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
        found = Organisation.objects.filter(pk__in=ids)
        return {
            organisation.pk: Shown(
                title=organisation.display_name, url=_address(actor, organisation), public_id=organisation.uri
            )
            for organisation in found
        }

    def matching(self, _actor: Actor, wanted: Wanted) -> list[int]:
        return [organisation.pk for organisation in organisations.find(" ".join(wanted.words), wanted.limit)]


def _document(organisation: Organisation, version: int) -> Document:
    numbers = (organisation.kbo_number, organisation.ovo_code, organisation.nis_code, organisation.uri)
    names = [organisation.legal_name, organisation.classification, organisation.province, organisation.postcode]
    former = [name.name for name in organisation.names.all()]
    return Document(
        key=f"organisation:{organisation.pk}",
        kind="organisation",
        object_id=organisation.pk,
        version=version,
        title=organisation.display_name,
        text="\n".join(dict.fromkeys(text for text in (*names, *former) if text)),
        audience=PUBLIC,
        codes=tuple(number for number in numbers if number),
        facets={"classification": (organisation.classification,)},
    )


def _address(actor: Actor, organisation: Organisation) -> str:
    """Return what is next: an agent looks at its tickets, somebody else asks a question for it."""
    if actor.is_agent:
        number = organisation.kbo_number or organisation.ovo_code
        words = f"bestuur:{number}" if number else f'bestuur:"{organisation.display_name}"'
        return f"{reverse('desk:search')}?{urlencode({'q': words})}"
    return f"{reverse('portal:open')}?{urlencode({'organisation': organisation.uri})}"
