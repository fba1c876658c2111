from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail going out; `mail` has no models, tickets keeps what became of each mail."""

    name = "integrations.mail"
    label = "mail"
