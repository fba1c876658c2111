"""Which words mean the same when people search: editors decide."""

from collections.abc import Sequence

from helpdesk.accounts.actors import Actor
from helpdesk.kernel.policy import require
from helpdesk.search import services as search
from helpdesk.search.models import SynonymSet
from knowledgebase.policies import may_edit_all


def keep_synonyms(
    *, actor: Actor, synonyms: SynonymSet | None, terms: Sequence[str], meanings: Sequence[str]
) -> SynonymSet:
    """Add a set, or change one."""
    require(may_edit_all(actor))
    if synonyms is None:
        return search.add_synonyms(actor=actor, terms=terms, meanings=meanings, source=actor.code)
    return search.change_synonyms(actor=actor, synonyms=synonyms, terms=terms, meanings=meanings)


def remove_synonyms(*, actor: Actor, synonyms: SynonymSet) -> None:
    require(may_edit_all(actor))
    search.remove_synonyms(actor=actor, synonyms=synonyms)
