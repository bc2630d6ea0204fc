"""Addresses of readings: the grid, one cell, confirming, disputing, evidence."""

from django.urls import path

from kpis.views import grid

urlpatterns = [
    path("relationships/<int:relationship_id>/readings/", grid.grid, name="grid"),
]
