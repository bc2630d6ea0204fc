"""Addresses of the pages that span the apps."""

from django.urls import path

from portal.views import agreements, gallery, home, method, overview, portfolio, search

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("method/", method.method, name="method"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/export/", portfolio.portfolio_export, name="portfolio_export"),
    path("relationships/<int:relationship_id>/", overview.overview, name="overview"),
    path("relationships/<int:relationship_id>/agreements/", agreements.agreements, name="agreements"),
    path("agreements/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/signature/", agreements.signature, name="agreement_signature"),
    path("agreements/<int:agreement_id>/decline/", agreements.decline, name="agreement_decline"),
    path("agreements/<int:agreement_id>/withdrawal/", agreements.withdrawal, name="agreement_withdrawal"),
]
