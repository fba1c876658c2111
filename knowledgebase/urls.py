from django.urls import path

from knowledgebase.views import feeds, reading

app_name = "knowledgebase"

urlpatterns = [
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("kennis/", reading.home, name="home"),
    path("kennis/feed.atom", feeds.feed, name="feed"),
    path("kennis/<slug:slug>/", reading.article, name="article"),
    path("kennis/<slug:slug>/oordeel/", reading.give_feedback, name="feedback"),
]
