"""Every address of the portal, grouped by app."""

from django.urls import include, path

from portal.views.errors import favicon
from portal.views.health import health

urlpatterns = [
    path("healthz/", health, name="health"),
    path("favicon.ico", favicon, name="favicon"),
    path("", include("portal.page_urls")),
    path("", include("accounts.urls")),
    path("", include("relationships.urls")),
    path("", include("kpis.urls")),
    path("", include("value.urls")),
    path("accounts/", include("accounts.sign_in_urls")),
    path("api/v1/", include("portal.api.urls")),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
