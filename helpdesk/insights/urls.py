from django.urls import path

from helpdesk.insights import views

app_name = "insights"

urlpatterns = [path("kennis/redactie/hiaten/", views.gaps, name="gaps")]
