from django.urls import path

from helpdesk.desk.views import (
    articles,
    changes,
    details,
    listing,
    mail,
    opening,
    resolving,
    searching,
    ticket,
    unread,
    writing,
)

app_name = "desk"

urlpatterns = [
    path("desk/", listing.ticket_list, name="list"),
    path("desk/zoeken/", searching.search, name="search"),
    path("desk/zoeken/palet/", searching.palette, name="palette"),
    path("desk/weergaven/", searching.keep, name="keep_view"),
    path("desk/weergaven/<int:view_id>/verwijderen/", searching.forget, name="forget_view"),
    path("desk/nieuw/", opening.new_ticket, name="new"),
    path("desk/post/", unread.unread_mail, name="unread"),
    path("desk/post/<int:mail_pk>/bron/", unread.source, name="unread_source"),
    path("desk/post/<int:mail_pk>/opnieuw/", unread.read_again, name="read_again"),
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
    path("desk/t/<str:reference>/artikelen/", articles.fitting, name="articles"),
    path("desk/t/<str:reference>/artikel/", articles.write, name="write_article"),
    path("desk/t/<str:reference>/bijlagen/<uuid:attachment_id>/", ticket.attachment, name="attachment"),
    path("desk/t/<str:reference>/mail/<int:seq>/", mail.mail_page, name="mail"),
    path("desk/t/<str:reference>/mail/<int:seq>/opmaak/", mail.formatted, name="formatted"),
    path("desk/t/<str:reference>/mail/<int:seq>/bron/", mail.source, name="mail_source"),
]
