"""Addresses of relationships."""

from django.urls import URLPattern

app_name = "relationships"
urlpatterns: list[URLPattern] = []
