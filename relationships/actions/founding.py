"""Founding a relationship and inviting the other organisation."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import actions as account_actions
from accounts import secrets
from accounts.actions.letters import SECRET_PREFIX
from accounts.domain.words import one_line
from accounts.models import Person
from relationships.actions.timeline import note_event
from relationships.models import Relationship, RelationshipInvitation, Role, Seat, Side

VALID_FOR = timedelta(days=14)
LinkTo = Callable[[str], str]


class AlreadyAccepted(Exception):
    """The other organisation is a party already; nobody else can be invited in its place."""


class NoOpenInvitation(Exception):
    """There is no open invitation to revoke or decline."""


class OrganisationNeeded(Exception):
    """Only somebody who belongs to an organisation can found or join a relationship."""


@transaction.atomic
def found_relationship(
    *,
    name: str,
    service: str,
    side: Side,
    organisation_name: str,
    email: str,
    currency: str,
    time_zone: str,
    actor: Person,
    now: datetime,
    link_to: LinkTo,
) -> tuple[Relationship, str]:
    """Founds a relationship with the actor as its first lead and invites the other organisation.

    Returns the relationship and the secret of the invitation link. Raises OrganisationNeeded.
    """
    if actor.organisation is None:
        raise OrganisationNeeded(_("Join an organisation first."))
    relationship = Relationship.objects.create(
        name=name,
        service=service,
        initiated_by_side=side,
        customer=actor.organisation if side == Side.CUSTOMER else None,
        provider=actor.organisation if side == Side.PROVIDER else None,
        currency=currency,
        time_zone=time_zone,
        created_by=actor,
        created_at=now,
        changed_at=now,
    )
    Seat.objects.create(relationship=relationship, side=side, person=actor, role=Role.LEAD, started_at=now)
    note_event(
        relationship_id=relationship.pk, side=side, actor=actor, now=now, text=_("founded the relationship")
    )
    token = invite_organisation(
        relationship=relationship,
        organisation_name=organisation_name,
        email=email,
        actor=actor,
        side=side,
        now=now,
        link_to=link_to,
    )
    return relationship, token


@transaction.atomic
def invite_organisation(
    *,
    relationship: Relationship,
    organisation_name: str,
    email: str,
    actor: Person,
    side: Side,
    now: datetime,
    link_to: LinkTo,
) -> str:
    """Invites the other organisation and returns the link's secret; an open invitation is replaced.

    The link goes out by letter, works once and for 14 days. Raises AlreadyAccepted.
    """
    locked = Relationship.objects.select_for_update().get(pk=relationship.pk)
    if locked.accepted_at is not None:
        raise AlreadyAccepted(_("Both organisations are in already."))
    open_invitations(locked).update(settled_at=now)
    token = secrets.new_token()
    invitation = RelationshipInvitation.objects.create(
        relationship=locked,
        email=email.strip().lower(),
        organisation_name=organisation_name,
        token_hash=secrets.hash_of(token),
        invited_by=actor,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    _write(invitation, link_to(token), actor, now)
    text = _("invited %(organisation)s") % {"organisation": organisation_name}
    note_event(relationship_id=locked.pk, side=side, actor=actor, now=now, text=text)
    return token


def open_invitations(relationship: Relationship) -> QuerySet[RelationshipInvitation]:
    """The invitation of a relationship that has not been settled, expired or not; at most one."""
    return RelationshipInvitation.objects.filter(relationship=relationship, settled_at__isnull=True)


def _write(invitation: RelationshipInvitation, link: str, actor: Person, now: datetime) -> None:
    own = actor.organisation.name if actor.organisation else ""
    facts = {
        "who": one_line(actor.full_name),
        "own": one_line(own),
        "organisation": one_line(invitation.organisation_name),
        "relationship": one_line(invitation.relationship.name),
        "link": link,
    }
    body = (
        _(
            "%(who)s of %(own)s invites %(organisation)s to run “%(relationship)s” together on Common Ground.\n\n"
            "Open this link within 14 days to look at the invitation, accept or decline it:\n\n%(link)s\n\n"
            "The link works once."
        )
        % facts
    )
    account_actions.write_letter(
        key=f"{SECRET_PREFIX}relationship-invitation:{invitation.pk}",
        to=invitation.email,
        subject=_("%(own)s invites %(organisation)s: %(relationship)s") % facts,
        body=body,
        now=now,
    )
