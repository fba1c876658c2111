from django.urls import URLPattern, URLResolver

from config import operations

handler400 = "helpdesk.kernel.http.bad_request"
handler500 = "helpdesk.kernel.http.server_error"

urlpatterns: list[URLPattern | URLResolver] = [*operations.urlpatterns]
