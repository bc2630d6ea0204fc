"""Addresses of joint reviews and rebases."""

from django.urls import path

from kpis.views import rebases, reviews

urlpatterns = [
    path("relationships/<int:relationship_id>/reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:review_id>/", reviews.review, name="review"),
    path("kpis/<int:kpi_id>/rebases/new/", rebases.rebase_new, name="rebase_new"),
]
