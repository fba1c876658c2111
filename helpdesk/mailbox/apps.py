from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "helpdesk.mailbox"
    label = "mailbox"
