"""Addresses of goals, KPIs, bands, weights and calendars."""

from django.urls import path

from kpis.views import goals

urlpatterns = [
    path("relationships/<int:relationship_id>/goals/", goals.goals, name="goals"),
]
