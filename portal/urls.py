"""Every address of the portal, grouped by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.page_urls")),
    path("", include("accounts.urls")),
    path("", include("relationships.urls")),
    path("", include("kpis.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("portal.api.urls")),
]
