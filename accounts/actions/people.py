"""What administrators do with the people of their organisation, and people with their own profile."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.errors import EmailIsTaken, LastAdministrator
from accounts.actions.record import note_act
from accounts.models import Organisation, Person


@transaction.atomic
def create_person(
    *,
    email: str,
    password: str,
    full_name: str,
    organisation: Organisation | None,
    now: datetime,
    is_organisation_admin: bool = False,
    is_executive: bool = False,
) -> Person:
    """A person who can sign in. Raises EmailIsTaken, and ValidationError for a weak password."""
    person = Person(email=email.strip().lower(), full_name=full_name)
    validate_password(password, person)
    try:
        with transaction.atomic():
            return Person.objects.create_user(
                email,
                password,
                full_name=full_name,
                organisation=organisation,
                is_organisation_admin=is_organisation_admin,
                is_executive=is_executive,
                joined_at=now,
            )
    except IntegrityError as error:
        raise EmailIsTaken(_("Somebody with this e-mail address has a sign-in already.")) from error


@transaction.atomic
def change_profile(*, actor: Person, full_name: str, time_zone: str) -> None:
    """Changes the actor's own name and time zone; an empty zone means their organisation's."""
    Person.objects.filter(pk=actor.pk).update(full_name=full_name, time_zone=time_zone)


@transaction.atomic
def change_rank(
    *, person: Person, actor: Person, now: datetime, is_organisation_admin: bool, is_executive: bool
) -> None:
    """Makes somebody an administrator or executive of the organisation, or no longer. Raises LastAdministrator."""
    if person.is_organisation_admin and not is_organisation_admin:
        _keep_one_administrator(person)
    Person.objects.filter(pk=person.pk).update(
        is_organisation_admin=is_organisation_admin, is_executive=is_executive
    )
    note_act("changed rank", about=person, actor=actor, now=now)


@transaction.atomic
def deactivate(*, person: Person, actor: Person, now: datetime) -> None:
    """Ends a person's sign-in at once; everything they did stays under their name. Raises LastAdministrator."""
    if person.is_organisation_admin:
        _keep_one_administrator(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    note_act("ended sign-in", about=person, actor=actor, now=now)


@transaction.atomic
def reactivate(*, person: Person, actor: Person, now: datetime) -> None:
    """Lets a person sign in again, with the rank and seats they had."""
    Person.objects.filter(pk=person.pk).update(is_active=True)
    note_act("reopened sign-in", about=person, actor=actor, now=now)


def _keep_one_administrator(person: Person) -> None:
    # The organisation's row is the lock: two administrators removing each other must not both succeed.
    own = person.organisation_id or 0
    Organisation.objects.select_for_update().get(pk=own)
    others = Person.objects.filter(organisation_id=own, is_organisation_admin=True, is_active=True).exclude(
        pk=person.pk
    )
    if not others.exists():
        raise LastAdministrator(
            _("Name another administrator first; somebody has to be able to invite people.")
        )
