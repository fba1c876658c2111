from django.urls import path

from helpdesk.desk.views import changes, details, listing, opening, resolving, ticket, writing

app_name = "desk"

urlpatterns = [
    path("desk/", listing.ticket_list, name="list"),
    path("desk/naar/", listing.jump, name="jump"),
    path("desk/nieuw/", opening.new_ticket, name="new"),
    path("desk/t/<str:reference>/", ticket.ticket_page, name="ticket"),
    path("desk/t/<str:reference>/antwoord/", writing.reply, name="reply"),
    path("desk/t/<str:reference>/nota/", writing.note, name="note"),
    path("desk/t/<str:reference>/status/", changes.change_status, name="status"),
    path("desk/t/<str:reference>/behandelaar/", changes.assign, name="assign"),
    path("desk/t/<str:reference>/wachtrij/", changes.move, name="move"),
    path("desk/t/<str:reference>/links-beeindigen/", changes.end_links, name="end_links"),
    path("desk/t/<str:reference>/prioriteit/", changes.prioritise, name="prioritise"),
    path("desk/t/<str:reference>/gegevens/", details.details, name="details"),
    path("desk/t/<str:reference>/oplossen/", resolving.resolve, name="resolve"),
    path("desk/t/<str:reference>/geschiedenis/", ticket.history, name="history"),
    path("desk/t/<str:reference>/bijlagen/<uuid:attachment_id>/", ticket.attachment, name="attachment"),
]
