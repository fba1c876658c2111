"""All writes to articles."""

from knowledgebase.services.archiving import archive_article, reopen_article, schedule_archive
from knowledgebase.services.conflicts import RevisionConflictError, TextConflictError
from knowledgebase.services.drafts import discard_draft, keep_draft
from knowledgebase.services.due import archive_due, publish_due
from knowledgebase.services.images import add_image
from knowledgebase.services.properties import change_card, move_article, verify_article
from knowledgebase.services.reminders import record_reminder, remind_due
from knowledgebase.services.reviewing import approve, call_off_publication, send_back, submit_for_review
from knowledgebase.services.synonyms import keep_synonyms, remove_synonyms
from knowledgebase.services.using import record_feedback, record_use
from knowledgebase.services.writing import restore_revision, save_revision, write_draft

__all__ = [
    "RevisionConflictError",
    "TextConflictError",
    "add_image",
    "approve",
    "archive_article",
    "archive_due",
    "call_off_publication",
    "change_card",
    "discard_draft",
    "keep_draft",
    "keep_synonyms",
    "move_article",
    "publish_due",
    "record_feedback",
    "record_reminder",
    "record_use",
    "remind_due",
    "remove_synonyms",
    "reopen_article",
    "restore_revision",
    "save_revision",
    "schedule_archive",
    "send_back",
    "submit_for_review",
    "verify_article",
    "write_draft",
]
