"""The forms of sign-in and passwords, in the words of the house. What they check is allauth's."""

from typing import Any, ClassVar

from allauth.account import forms as allauth_forms
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

PASSWORD_ADVICE = _("At least 12 characters, and not one that is often used.")


class _Plain:
    """Labels of our own, and no placeholders that repeat them."""

    labels: ClassVar[dict[str, Any]] = {}
    advice: ClassVar[dict[str, Any]] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.advice.get(name, "")


class SignInForm(_Plain, allauth_forms.LoginForm):
    """E-mail address and password."""

    labels: ClassVar[dict[str, Any]] = {"login": _("E-mail address"), "password": _("Password")}


class PasswordForm(_Plain, allauth_forms.ChangePasswordForm):
    """The password that holds, and the next one twice."""

    labels: ClassVar[dict[str, Any]] = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    advice: ClassVar[dict[str, Any]] = {"password1": PASSWORD_ADVICE}


class FirstPasswordForm(_Plain, allauth_forms.SetPasswordForm):
    """A first password, twice."""

    labels: ClassVar[dict[str, Any]] = {"password1": _("Password"), "password2": _("Password again")}
    advice: ClassVar[dict[str, Any]] = {"password1": PASSWORD_ADVICE}


class ForgottenPasswordForm(_Plain, allauth_forms.ResetPasswordForm):
    """The address to which the link goes."""

    labels: ClassVar[dict[str, Any]] = {"email": _("E-mail address")}
    users: Any

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Writes the letter; the one for the opposite case is composed too, so that both take equally long."""
        email, known = self.cleaned_data["email"], self.users
        request.is_rehearsal = True  # type: ignore[attr-defined]
        self.users = [] if known else [Person(pk=0, full_name=email)]
        if not known:  # the one question that is asked of people with an address only
            EmailAddress.objects.filter(user_id=0, email=email).exists()
        with transaction.atomic():
            super().save(request, **kwargs)
            transaction.set_rollback(True)  # nothing stays of whom there is not
        request.is_rehearsal = False  # type: ignore[attr-defined]
        self.users = known
        return str(super().save(request, **kwargs))


class NewPasswordForm(_Plain, allauth_forms.ResetPasswordKeyForm):
    """What somebody chooses who came by the link."""

    labels: ClassVar[dict[str, Any]] = {"password1": _("New password"), "password2": _("New password again")}
    advice: ClassVar[dict[str, Any]] = {"password1": PASSWORD_ADVICE}


class ReauthenticateForm(_Plain, allauth_forms.ReauthenticateForm):
    """The password once more, before something sensitive."""

    labels: ClassVar[dict[str, Any]] = {"password": _("Password")}
