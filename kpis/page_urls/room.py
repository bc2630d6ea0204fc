"""Addresses of what watches a KPI: its wiggle room and its signals."""

from django.urls import path

from kpis.views import room, signals

urlpatterns = [
    path("kpis/<int:kpi_id>/wiggle-room/", room.room, name="room"),
    path("kpis/<int:kpi_id>/signals/", signals.signals, name="signals"),
]
