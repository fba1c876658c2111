"""Bringing the shipped administrations into the database, again and again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from helpdesk.accounts import policies
from helpdesk.accounts.actors import Actor
from helpdesk.accounts.events import NamesChanged
from helpdesk.accounts.models import Organisation, OrganisationLineage, OrganisationName
from helpdesk.accounts.organisation_data import Administration, DatedName, shipped_administrations
from helpdesk.accounts.organisation_names import is_kbo_number
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from helpdesk.search.events import DocumentsChanged

ACTION = "import_organisations"
COPIED_FIELDS = (
    "name",
    "legal_name",
    "classification",
    "classification_uri",
    "kbo_number",
    "ovo_code",
    "nis_code",
    "province",
    "postcode",
    "source_status",
    "valid_from",
    "valid_until",
    "search_text",
)


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, and what the data lacks."""

    current: int
    dissolved: int
    created: int
    updated: int
    unchanged: int
    not_in_the_data: int
    nameless: tuple[str, ...]
    without_kbo_number: int
    without_ovo_code: int
    doubtful_kbo_numbers: tuple[str, ...]


@service
def import_organisations(*, actor: Actor, administrations: Sequence[Administration] | None = None) -> ImportReport:
    """Create what is missing and update what the data changed; leave the rest, and what people edited, as it is."""
    require(policies.may_administer(actor))
    given = shipped_administrations() if administrations is None else administrations
    digests = dict(Organisation.objects.values_list("uri", "source_digest"))
    new = [administration for administration in given if administration.uri not in digests]
    changed = [each for each in given if digests.get(each.uri, each.digest) != each.digest]
    if new or changed:
        _create(new, actor)
        renamed = _update(changed, actor)
        _write_successors([*new, *changed])
        merged = rebuild_lineage()
        _publish_changes([*new, *changed], sorted({*renamed, *merged}))
    return _report(given, created=len(new), updated=len(changed), known=set(digests))


def _create(administrations: Sequence[Administration], actor: Actor) -> None:
    rows = [_filled(Organisation(uri=each.uri), each) for each in administrations]
    bulk_create_with_history(rows, Organisation, batch_size=500, default_user=actor.code, default_change_reason=ACTION)
    names = [_dated_name(row, name) for row, each in zip(rows, administrations, strict=True) for name in each.names]
    OrganisationName.objects.bulk_create(names, batch_size=500)


def _update(administrations: Sequence[Administration], actor: Actor) -> list[int]:
    """Write what the data changed; return which bear another name now."""
    by_uri = {each.uri: each for each in administrations}
    rows = list(Organisation.objects.filter(uri__in=by_uri).prefetch_related("names").select_for_update())
    former = {row.pk: row.name for row in rows}
    for row in rows:
        names = _write_names(row, by_uri[row.uri].names)
        _filled(row, by_uri[row.uri], names=names)
    bulk_update_with_history(
        rows,
        Organisation,
        [*COPIED_FIELDS, "source_digest"],
        batch_size=100,
        default_user=actor.code,
        default_change_reason=ACTION,
    )
    return sorted(row.pk for row in rows if row.name != former[row.pk])


def _filled(row: Organisation, given: Administration, *, names: tuple[DatedName, ...] = ()) -> Organisation:
    shown = replace(given, names=names) if names else given
    for field in COPIED_FIELDS:
        setattr(row, field, getattr(shown, field))
    row.source_digest = given.digest
    return row


def _write_names(row: Organisation, given: tuple[DatedName, ...]) -> tuple[DatedName, ...]:
    """Add and date the names of an administration. What the data no longer gives ends yesterday and stays findable."""
    kept = {(name.name, name.nis_code): name for name in row.names.all()}
    for name in given:
        stored = kept.pop((name.name, name.nis_code), None) or _dated_name(row, name)
        stored.valid_from, stored.valid_until = name.valid_from, name.valid_until
        stored.save()
    yesterday = timezone.localdate() - timedelta(days=1)
    for former in kept.values():
        former.valid_until = former.valid_until or yesterday
        former.save()
    return given + tuple(DatedName(name=former.name, nis_code=former.nis_code) for former in kept.values())


def _dated_name(row: Organisation, name: DatedName) -> OrganisationName:
    return OrganisationName(
        organisation=row,
        name=name.name,
        nis_code=name.nis_code,
        valid_from=name.valid_from,
        valid_until=name.valid_until,
    )


def _write_successors(administrations: Iterable[Administration]) -> None:
    pairs = [(each.uri, successor) for each in administrations for successor in each.successor_uris]
    uris = {uri for pair in pairs for uri in pair}
    ids = dict(Organisation.objects.filter(uri__in=uris).values_list("uri", "pk"))
    link = Organisation.successors.through
    link.objects.bulk_create(
        [link(from_organisation_id=ids[old], to_organisation_id=ids[new]) for old, new in pairs],
        ignore_conflicts=True,
    )


def _publish_changes(administrations: Iterable[Administration], found_anew: list[int]) -> None:
    changed = Organisation.objects.filter(uri__in=[each.uri for each in administrations])
    publish(DocumentsChanged(kind="organisation", object_ids=list(changed.order_by("pk").values_list("pk", flat=True))))
    if found_anew:
        publish(NamesChanged(kind="organisation", object_ids=found_anew))


def rebuild_lineage() -> set[int]:
    """Write down, for every administration, all it came from, however many mergers ago; return what has a new heir."""
    successors: dict[int, list[int]] = defaultdict(list)
    for old, new in Organisation.successors.through.objects.values_list("from_organisation_id", "to_organisation_id"):
        successors[old].append(new)
    known = set(OrganisationLineage.objects.values_list("ancestor", "organisation"))
    rows = [
        OrganisationLineage(ancestor_id=ancestor, organisation_id=heir)
        for ancestor in successors
        for heir in sorted(_heirs(ancestor, successors))
        if (ancestor, heir) not in known
    ]
    OrganisationLineage.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return {row.ancestor_id for row in rows}


def _heirs(ancestor: int, successors: Mapping[int, list[int]]) -> set[int]:
    found: set[int] = set()
    ahead = list(successors[ancestor])
    while ahead:
        heir = ahead.pop()
        if heir not in found:
            found.add(heir)
            ahead.extend(successors.get(heir, ()))
    return found - {ancestor}


def _report(given: Sequence[Administration], *, created: int, updated: int, known: set[str]) -> ImportReport:
    current = [each for each in given if each.valid_until is None]
    return ImportReport(
        current=len(current),
        dissolved=len(given) - len(current),
        created=created,
        updated=updated,
        unchanged=len(given) - created - updated,
        not_in_the_data=len(known - {each.uri for each in given}),
        nameless=tuple(each.name for each in given if each.is_nameless),
        without_kbo_number=sum(each.kbo_number is None for each in current),
        without_ovo_code=sum(each.ovo_code is None for each in current),
        doubtful_kbo_numbers=tuple(
            f"{each.kbo_number} {each.name}"
            for each in current
            if each.kbo_number and not is_kbo_number(each.kbo_number)
        ),
    )
