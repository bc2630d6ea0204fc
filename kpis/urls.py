"""Addresses of goals, KPIs, readings and uploads."""

from kpis.page_urls import definitions, flex, readings, reviews, room, uploads

app_name = "kpis"
urlpatterns = [
    *definitions.urlpatterns,
    *flex.urlpatterns,
    *readings.urlpatterns,
    *reviews.urlpatterns,
    *room.urlpatterns,
    *uploads.urlpatterns,
]
