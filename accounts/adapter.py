"""How sign-in behaves: by invitation only, letters through the outbox, executives start on their portfolio."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.letters import SECRET_PREFIX, write_letter
from accounts.links import absolute
from accounts.models import Person


class InvitationOnly(DefaultAccountAdapter):
    """Closes open sign-up; people arrive through an invitation link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        """The subject as the template says it; the sender's name says who writes."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts the letter into the outbox, so that known and unknown people wait equally long for the answer.

        In a rehearsal it is composed and not written (see ForgottenPasswordForm).
        """
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        if getattr(context.get("request"), "is_rehearsal", False):
            return
        write_letter(
            key=f"{SECRET_PREFIX}{template_prefix}:{secrets.token_hex(8)}",
            to=email,
            subject=str(message.subject),
            body=str(message.body),
            now=timezone.now(),
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where a new password is chosen; `key` is the person's and the secret, joined by a hyphen."""
        uidb36, _hyphen, secret = key.partition("-")
        return absolute(reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": secret}))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Executives start on the portfolio, everybody else at home."""
        person = request.user
        is_executive = isinstance(person, Person) and person.is_executive
        return reverse("portfolio" if is_executive else "home")
