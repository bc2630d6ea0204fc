"""Inviting somebody into an organisation by link."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import secrets
from accounts.actions.errors import EmailIsTaken, InvitationIsSpent, NotYourInvitation
from accounts.actions.letters import SECRET_PREFIX, write_letter
from accounts.actions.people import create_person
from accounts.actions.record import note_act
from accounts.domain.words import one_line
from accounts.models import Invitation, Organisation, Person

VALID_FOR = timedelta(days=7)
LinkTo = Callable[[str], str]


@transaction.atomic
def invite_person(
    *,
    email: str,
    actor: Person,
    now: datetime,
    link_to: LinkTo,
    full_name: str = "",
    is_organisation_admin: bool = False,
    is_executive: bool = False,
) -> tuple[Invitation, str]:
    """Invites somebody into the actor's organisation; returns the invitation and its secret.

    The link (`link_to` makes it of the secret) goes out by letter and can be copied this once. An open invitation
    of the same organisation to the same address is revoked. Valid for seven days. Raises EmailIsTaken for a colleague;
    whether an address has a sign-in elsewhere is nobody's to learn, so that such a person gets a letter like any other
    and is told on opening the link.
    """
    email = email.strip().lower()
    own = cast(Organisation, actor.organisation)  # the database gives no rank to somebody without one
    if Person.objects.filter(email=email, organisation=own).exists():
        raise EmailIsTaken(_("They are one of your people already."))
    token = secrets.new_token()
    earlier = Invitation.objects.filter(
        organisation=own, email=email, accepted_at__isnull=True, revoked_at__isnull=True
    )
    earlier.update(revoked_at=now)
    invitation = Invitation.objects.create(
        organisation=own,
        email=email,
        full_name=full_name,
        is_organisation_admin=is_organisation_admin,
        is_executive=is_executive,
        token_hash=secrets.hash_of(token),
        invited_by=actor,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    _write(invitation, link_to(token), actor, now)
    return invitation, token


def _write(invitation: Invitation, link: str, actor: Person, now: datetime) -> None:
    who, organisation = one_line(actor.full_name), one_line(invitation.organisation.name)
    body = _(
        "%(who)s invites you to join %(organisation)s on Common Ground.\n\n"
        "Open this link within seven days to choose your password:\n\n%(link)s\n\n"
        "The link works once. If you did not expect it, you need not do anything."
    ) % {"who": who, "organisation": organisation, "link": link}
    subject = _("%(who)s invites you to %(organisation)s") % {"who": who, "organisation": organisation}
    key = f"{SECRET_PREFIX}invitation:{invitation.pk}"
    write_letter(key=key, to=invitation.email, subject=subject, body=body, now=now)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: Person, now: datetime) -> None:
    """Makes an unused link useless. Raises InvitationIsSpent for one that was used or revoked before."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at is not None or locked.revoked_at is not None:
        raise InvitationIsSpent(_("This invitation was used or revoked already."))
    locked.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    note_act("revoked invitation", about=locked, actor=actor, now=now)


@transaction.atomic
def accept_invitation(*, token: str, full_name: str, password: str, now: datetime) -> Person:
    """Makes the invited person, with the password they choose.

    Raises InvitationIsSpent, EmailIsTaken, and ValidationError for a weak password.
    """
    invitation = _take(token, now)
    person = create_person(
        email=invitation.email,
        password=password,
        full_name=full_name,
        organisation=invitation.organisation,
        is_organisation_admin=invitation.is_organisation_admin,
        is_executive=invitation.is_executive,
        now=now,
    )
    _settle(invitation, person, now)
    return person


@transaction.atomic
def join_organisation(*, token: str, actor: Person, now: datetime) -> Person:
    """Lets somebody who has a sign-in but no organisation join the one that invites them.

    Raises InvitationIsSpent or NotYourInvitation.
    """
    invitation = _take(token, now)
    person = Person.objects.select_for_update().get(pk=actor.pk)
    if person.email != invitation.email or person.organisation_id is not None:
        raise NotYourInvitation(_("This invitation is for somebody else."))
    person.organisation = invitation.organisation
    person.is_organisation_admin = invitation.is_organisation_admin
    person.is_executive = invitation.is_executive
    person.save(update_fields=["organisation", "is_organisation_admin", "is_executive"])
    _settle(invitation, person, now)
    return person


def _take(token: str, now: datetime) -> Invitation:
    """The open invitation, locked, so that two racing acceptances cannot both succeed."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(token_hash=secrets.hash_of(token))
        .first()
    )
    if invitation is None or not is_open(invitation, now):
        raise InvitationIsSpent(_("This invitation can no longer be used."))
    return invitation


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Whether the link still works."""
    unused = invitation.accepted_at is None and invitation.revoked_at is None
    return unused and now < invitation.expires_at


def _settle(invitation: Invitation, person: Person, now: datetime) -> None:
    invitation.accepted_by, invitation.accepted_at = person, now
    invitation.save(update_fields=["accepted_by", "accepted_at"])
