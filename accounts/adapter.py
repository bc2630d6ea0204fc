"""How sign-in behaves: nobody signs up without an invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnly(DefaultAccountAdapter):
    """Closes open sign-up; people arrive through an invitation link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
