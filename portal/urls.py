"""Every address of the portal, grouped by app."""

from django.urls import include, path

from portal.views.health import health

urlpatterns = [
    path("healthz/", health, name="health"),
    path("", include("portal.page_urls")),
    path("", include("accounts.urls")),
    path("", include("relationships.urls")),
    path("", include("kpis.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("portal.api.urls")),
]
