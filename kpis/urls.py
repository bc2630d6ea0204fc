"""Addresses of goals, KPIs, readings and uploads."""

from kpis.page_urls import definitions, readings, room, uploads

app_name = "kpis"
urlpatterns = [*definitions.urlpatterns, *readings.urlpatterns, *room.urlpatterns, *uploads.urlpatterns]
