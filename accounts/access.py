"""The only door from a request to an organisation's people: 404 to outsiders, 403 to insiders without the rank."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import Invitation, Organisation, Person


class NeedsAdministrator(PermissionDenied):
    """Only an administrator of the organisation may do this; no seat in a relationship gives the right."""


def load_own_organisation(person: Person) -> Organisation:
    """The organisation the person administers.

    Raises Http404 for somebody without an organisation, NeedsAdministrator for somebody who does not administer it.
    """
    if person.organisation is None:
        raise Http404
    if not person.is_organisation_admin:
        raise NeedsAdministrator(_("This page is for administrators of your organisation."))
    return person.organisation


def load_colleague(person: Person, colleague_id: int) -> Person:
    """Somebody of the organisation that `person` administers; errors as in load_own_organisation."""
    organisation = load_own_organisation(person)
    return get_object_or_404(Person, pk=colleague_id, organisation=organisation)


def load_invitation(person: Person, invitation_id: int) -> Invitation:
    """An invitation of the organisation that `person` administers; errors as in load_own_organisation."""
    organisation = load_own_organisation(person)
    return get_object_or_404(Invitation, pk=invitation_id, organisation=organisation)
