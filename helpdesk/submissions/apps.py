from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "helpdesk.submissions"
    label = "submissions"
