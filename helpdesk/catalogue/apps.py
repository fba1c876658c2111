from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "helpdesk.catalogue"
    label = "catalogue"
