"""Addresses of goals, KPIs, bands, weights and calendars."""

from django.urls import path

from kpis.views import bands, calendars, definitions, goals, kpis, order, weights

urlpatterns = [
    path("relationships/<int:relationship_id>/goals/", goals.goals, name="goals"),
    path("relationships/<int:relationship_id>/goals/new/", goals.goal_new, name="goal_new"),
    path("relationships/<int:relationship_id>/goals/order/", order.order, name="order"),
    path("goals/<int:goal_id>/", goals.goal, name="goal"),
    path("relationships/<int:relationship_id>/kpis/new/", definitions.kpi_new, name="kpi_new"),
    path("kpis/<int:kpi_id>/", kpis.kpi, name="kpi"),
    path("kpis/<int:kpi_id>/definition/", definitions.definition, name="kpi_definition"),
    path("kpis/<int:kpi_id>/band-revisions/new/", bands.band_new, name="band_new"),
    path("relationships/<int:relationship_id>/weights/", weights.weights, name="weights"),
    path("relationships/<int:relationship_id>/calendars/", calendars.calendars, name="calendars"),
]
