from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "helpdesk.insights"
    label = "insights"
