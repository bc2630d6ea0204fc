"""Who signs in."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Person


class WithOrganisation(AuthenticationBackend):
    """allauth's sign-in; the signed-in person comes with their organisation, which every page needs, in one query."""

    def get_user(self, user_id: int) -> Person | None:
        person = Person.objects.select_related("organisation").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
