"""People, organisations, sign-in."""

from tests.access.rules.base import Rule

ADMINISTRATORS = {"customer administrator", "provider administrator", "rival lead"}


def administers(identity: str, is_own: bool) -> str:
    """Administrators see their own organisation; its other people may not, and somebody without one has none."""
    if identity == "without organisation":
        return "hidden"
    return "in" if identity in ADMINISTRATORS else "forbidden"


def administers_this(identity: str, is_own: bool) -> str:
    """The person or invitation belongs to Northwind (own) or Harbour (foreign); other administrators do not see it."""
    if identity not in ADMINISTRATORS:
        return administers(identity, is_own)
    return "in" if identity == ("customer administrator" if is_own else "rival lead") else "hidden"


def has_a_password(identity: str, is_own: bool) -> str:
    """Who has no password cannot be asked for it again."""
    return "forbidden" if identity == "revoked lead" else "in"


RULES: dict[str, Rule] = {
    "accounts:profile": Rule(),
    "accounts:notices": Rule(),
    "accounts:notices_read": Rule(),
    "accounts:organisation": Rule(check=administers),
    "accounts:organisation_settings": Rule(check=administers),
    "accounts:invitations": Rule(check=administers),
    "accounts:invitation_revocation": Rule("invitation", "invitation_id", check=administers_this),
    "accounts:person": Rule("person", "person_id", check=administers_this),
    "accounts:person_deactivation": Rule("person", "person_id", check=administers_this),
    "accounts:person_reactivation": Rule("person", "person_id", check=administers_this),
    # The secret link is the right: whoever holds it may look, and it is nothing to anybody else.
    "accounts:invitation": Rule(public=True, extra={"token": "no-such-token"}),
    "account_login": Rule(public=True),
    "account_logout": Rule(
        public=True, methods=("GET",)
    ),  # posting would end the session that goes on asking
    "account_inactive": Rule(public=True),
    "account_signup": Rule(public=True),
    "account_reset_password": Rule(public=True),
    "account_reset_password_done": Rule(public=True),
    "account_reset_password_from_key": Rule(public=True, extra={"uidb36": "1", "key": "no-such-key"}),
    "account_reset_password_from_key_done": Rule(public=True),
    "account_change_password": Rule(),
    "account_set_password": Rule(),
    "account_reauthenticate": Rule(check=has_a_password),
}
