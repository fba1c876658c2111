"""Somebody else, or the same person on another page, wrote meanwhile: nobody writes over what was not seen."""

from knowledgebase.models import ArticleDraft, ArticleRevision


class TextConflictError(Exception):
    """Another text came in between: `current` is it, and nothing was written."""

    def __init__(self, current: ArticleRevision | ArticleDraft) -> None:
        self.current = current
        super().__init__(f"{current} came in between")


class RevisionConflictError(TextConflictError):
    """It was saved, so everybody who writes has to have seen it."""

    current: ArticleRevision

    def __init__(self, current: ArticleRevision) -> None:
        super().__init__(current)
