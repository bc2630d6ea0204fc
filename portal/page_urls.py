"""Addresses of the pages that span the apps."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
