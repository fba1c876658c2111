"""From what was found to what is shown: only what the database says this actor may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from helpdesk.search.engine import Match, ObjectRef
from helpdesk.search.queries import Hit
from helpdesk.search.snippets import Marker
from helpdesk.search.sources import Shown, Source


def shown_of(actor: Any, refs: Iterable[ObjectRef], asked: Mapping[str, Source]) -> Mapping[ObjectRef, Shown]:
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for ref in refs:
        ids[ref.kind].append(ref.object_id)
    return {
        ObjectRef(kind, object_id): shown
        for kind, wanted in ids.items()
        if kind in asked
        for object_id, shown in asked[kind].shown(actor, wanted).items()
    }


def hit_of(match: Match, shown: Shown, marker: Marker) -> Hit:
    return Hit(
        kind=match.ref.kind,
        object_id=match.ref.object_id,
        public_id=shown.public_id,
        title=shown.title,
        url=shown.url,
        snippet_html=marker.snippet(match.text),
        score=match.score,
    )
