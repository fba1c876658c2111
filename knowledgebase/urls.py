from django.urls import path

from knowledgebase.views import beginning, deciding, editing, feeds, images, office, reading, synonyms, versions

app_name = "knowledgebase"

urlpatterns = [
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("kennis/", reading.home, name="home"),
    path("kennis/feed.atom", feeds.feed, name="feed"),
    path("kennis/beeld/<uuid:image_id>/", images.image, name="image"),
    path("kennis/redactie/", office.office, name="office"),
    path("kennis/redactie/synoniemen/", synonyms.synonyms, name="synonyms"),
    path("kennis/redactie/nieuw/", beginning.begin, name="new"),
    path("kennis/redactie/nieuw/bewaren/", beginning.keep_new, name="keep_new"),
    path("kennis/redactie/voorbeeld/", editing.preview, name="preview"),
    path("kennis/redactie/<int:pk>/", editing.edit, name="edit"),
    path("kennis/redactie/<int:pk>/bewaren/", editing.keep, name="keep"),
    path("kennis/redactie/<int:pk>/kaart/", deciding.card, name="card"),
    path("kennis/redactie/<int:pk>/versies/", versions.versions, name="versions"),
    path("kennis/redactie/<int:pk>/beeld/", images.upload, name="upload"),
    path("kennis/redactie/<int:pk>/vertaling/<str:language>/", beginning.translate, name="translate"),
    path(
        "kennis/redactie/<int:pk>/vertaling/<str:language>/bewaren/",
        beginning.keep_translation,
        name="keep_translation",
    ),
    path("kennis/redactie/<int:pk>/<str:deed>/", deciding.decide, name="decide"),
    path("kennis/<slug:slug>/", reading.article, name="article"),
    path("kennis/<slug:slug>/oordeel/", reading.give_feedback, name="feedback"),
]
