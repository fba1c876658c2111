"""What can be found: the source of each kind of document."""

from collections.abc import Mapping

from helpdesk.accounts.search import Organisations
from helpdesk.catalogue.search import Applications
from helpdesk.search.sources import Source
from helpdesk.tickets.search import Tickets
from knowledgebase.search import Articles

SOURCES: Mapping[str, Source] = {
    source.kind: source for source in (Articles(), Tickets(), Organisations(), Applications())
}
