from django.urls import path

from helpdesk.portal.views import accounts, answering, attachments, demo, home, links, opening, own

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("melden/", opening.open_question, name="open"),
    path("melden/antwoorden/", answering.suggestions, name="suggestions"),
    path("melden/beantwoord/", answering.glad, name="glad"),
    path("melden/beantwoord/<int:article_id>/", answering.answered, name="answered"),
    path("zoeken/", answering.search, name="search"),
    path("zoeken/naar/<str:ticket>/", answering.opened, name="opened"),
    path("melden/besturen/", opening.organisation_items, name="organisations"),
    path("melden/ontvangen/<str:receipt>/", opening.received, name="received"),
    path("t/", links.request_link, name="link_request"),
    path("t/gevraagd/", links.link_requested, name="link_requested"),
    path("t/<str:token>/", links.ticket, name="link"),
    path("t/<str:token>/bevestigen/", links.confirm, name="confirm"),
    path("t/<str:token>/sluiten/", links.close, name="link_close"),
    path("t/<str:token>/heropenen/", links.reopen, name="link_reopen"),
    path("t/<str:token>/bijlage/<uuid:attachment_id>/", links.attachment, name="link_attachment"),
    path("mijn/", own.tickets, name="tickets"),
    path("mijn/<str:reference>/", own.ticket, name="ticket"),
    path("mijn/<str:reference>/sluiten/", own.close, name="close"),
    path("mijn/<str:reference>/heropenen/", own.reopen, name="reopen"),
    path("bijlagen/<uuid:attachment_id>/", attachments.attachment, name="attachment"),
    path("aanmelden/", accounts.sign_in, name="sign_in"),
    path("aanmelden/demo/<str:secret>/", demo.sign_in, name="demo_sign_in"),
    path("afmelden/", accounts.sign_out, name="sign_out"),
]
