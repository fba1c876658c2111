"""What can be found: the source of each kind of document."""

from collections.abc import Mapping

from helpdesk.search.sources import Source

SOURCES: Mapping[str, Source] = {}
