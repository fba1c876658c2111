from django.urls import URLPattern, URLResolver, include, path

from config import operations

handler400 = "helpdesk.portal.views.errors.bad_request"
handler403 = "helpdesk.portal.views.errors.forbidden"
handler404 = "helpdesk.portal.views.errors.not_found"
handler500 = "helpdesk.portal.views.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    *operations.urlpatterns,
    path("api/", include("integrations.api.urls")),
    path("", include("knowledgebase.urls")),
    path("", include("helpdesk.portal.urls")),
    path("", include("helpdesk.insights.urls")),
    path("", include("helpdesk.desk.urls")),
    path("beheer/", include("helpdesk.desk.manage.urls")),
]
