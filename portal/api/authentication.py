"""Session sign-in for the API: 401 with a challenge to strangers, CSRF enforced for writers."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class SessionSignIn(SessionAuthentication):
    """Django's session; naming a challenge makes DRF answer 401 rather than 403 to the unauthenticated."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class SessionSignInScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI description about the session cookie."""

    target_class = "portal.api.authentication.SessionSignIn"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
