"""Addresses of shared value."""

from django.urls import path

from value.views import runs, score, terms

app_name = "value"
urlpatterns = [
    path("relationships/<int:relationship_id>/shared-value/", score.score, name="score"),
    path("relationships/<int:relationship_id>/score-terms/new/", terms.terms_new, name="terms_new"),
    path("score-runs/", runs.runs, name="runs"),
]
