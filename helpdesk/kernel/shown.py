"""What a template shows fifty times on a page."""


class Shown:
    """Templates ask for `row["subject"]` before `row.subject`; who answers that saves them an exception each time."""

    __getitem__ = object.__getattribute__
