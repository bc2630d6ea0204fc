"""Addresses of goals, KPIs, readings and uploads."""

from kpis.page_urls import definitions, readings, uploads

app_name = "kpis"
urlpatterns = [*definitions.urlpatterns, *readings.urlpatterns, *uploads.urlpatterns]
