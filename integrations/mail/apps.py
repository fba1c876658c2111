from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail going out and coming in; its models only say how far a mailbox was fetched, rooms keep the mail."""

    name = "integrations.mail"
    label = "mail"
