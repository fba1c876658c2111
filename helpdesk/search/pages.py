"""Pages of results, by number and not without end: a better question is quicker than reading on."""

LAST_PAGE = 20
_LONGEST = 3


def page_number(asked: str) -> int:
    """Return which page an address asks for; what is no number asks for the first."""
    return min(max(int(asked), 1), LAST_PAGE) if asked.isdecimal() and len(asked) <= _LONGEST else 1
