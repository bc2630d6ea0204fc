"""How an invitation into a relationship ends: accepted, declined or revoked."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import actions as account_actions
from accounts import secrets
from accounts.models import Organisation, Person
from portal.lib import scope
from relationships import joining
from relationships.actions.founding import NoOpenInvitation, OrganisationNeeded, open_invitations
from relationships.actions.timeline import note_event
from relationships.models import Relationship, RelationshipInvitation, Role, Seat, Side


@transaction.atomic
def revoke_relationship_invitation(
    *, relationship: Relationship, actor: Person, side: Side, now: datetime
) -> None:
    """Makes the open invitation useless. Raises NoOpenInvitation."""
    if not open_invitations(relationship).update(settled_at=now):
        raise NoOpenInvitation(_("No invitation is open."))
    text = _("revoked the invitation")
    note_event(relationship_id=relationship.pk, side=side, actor=actor, now=now, text=text)


@transaction.atomic
def join_as_organisation(*, token: str, actor: Person, now: datetime) -> int:
    """Accepts the invitation for the actor's organisation; the actor becomes its first lead.

    The actor must be in scope. Returns the relationship's id. Raises OrganisationNeeded or
    joining.InvitationIsSpent.
    """
    if actor.organisation is None:
        raise OrganisationNeeded(_("Join or found an organisation first."))
    relationship_id = joining.join_relationship(token_hash=secrets.hash_of(token), actor=actor, now=now)
    relationship = Relationship.objects.get(pk=relationship_id)
    side = relationship.side_of(actor.organisation.pk)
    assert side is not None  # noqa: S101  joining bound the organisation to a side
    _take_part(actor.organisation, side)
    lead = Seat.objects.create(
        relationship=relationship, side=side, person=actor, role=Role.LEAD, started_at=now
    )
    _mirror_first_lead(relationship, lead, side)
    text = _("accepted for %(organisation)s") % {"organisation": actor.organisation.name}
    note_event(relationship_id=relationship_id, side=side, actor=actor, now=now, text=text)
    _tell_founder(relationship, actor.organisation, now)
    return relationship_id


def _tell_founder(relationship: Relationship, organisation: Organisation, now: datetime) -> None:
    if relationship.created_by_id is None:
        return
    facts = {"organisation": organisation.name, "relationship": relationship.name}
    account_actions.notify(
        person_id=relationship.created_by_id,
        key=f"relationship-accepted:{relationship.pk}",
        text=_("%(organisation)s accepted “%(relationship)s”") % facts,
        url=f"/relationships/{relationship.pk}/people/",
        now=now,
    )


def _take_part(organisation: Organisation, side: Side) -> None:
    """An organisation that has only bought so far may begin to provide, and the other way round."""
    field = "is_customer" if side == Side.CUSTOMER else "is_provider"
    Organisation.objects.filter(pk=organisation.pk).update(**{field: True})


def _mirror_first_lead(relationship: Relationship, lead: Seat, side: Side) -> None:
    counterpart = (
        Seat.objects.filter(
            relationship=relationship,
            side=side.other,
            role=Role.LEAD,
            ended_at__isnull=True,
            counterpart__isnull=True,
        )
        .order_by("started_at", "pk")
        .first()
    )
    if counterpart is not None:
        Seat.objects.filter(pk=counterpart.pk).update(counterpart=lead)
        Seat.objects.filter(pk=lead.pk).update(counterpart=counterpart)


@transaction.atomic
def found_organisation_and_join(
    *, token: str, organisation_name: str, time_zone: str, currency: str, actor: Person, now: datetime
) -> int:
    """Lets somebody without an organisation found theirs, administer it, and accept the invitation for it.

    Returns the relationship's id. Raises joining.InvitationIsSpent.
    """
    found = joining.find_invitation(secrets.hash_of(token))
    if found is None or not found.is_open(now):
        raise joining.InvitationIsSpent
    buys = found.inviting_side == Side.PROVIDER
    organisation = account_actions.found_organisation(
        name=organisation_name,
        is_customer=buys,
        is_provider=not buys,
        time_zone=time_zone,
        currency=currency,
        now=now,
    )
    actor.organisation, actor.is_organisation_admin = organisation, True
    actor.save(update_fields=["organisation", "is_organisation_admin"])
    # The scope of the request was read before the organisation existed.
    with scope.acting_as(person_id=actor.pk, organisation_id=organisation.pk):
        return join_as_organisation(token=token, actor=actor, now=now)


@transaction.atomic
def decline_relationship_invitation(*, token: str, now: datetime) -> None:
    """Settles the invitation without joining; whoever holds the link may. Raises NoOpenInvitation."""
    found = joining.find_invitation(secrets.hash_of(token))
    if found is None or not found.is_open(now):
        raise NoOpenInvitation(_("This invitation can no longer be used."))
    # The holder of the secret is no party: the scope is opened for exactly this relationship and this one line.
    with scope.acting_as(relationship_ids=(found.relationship_id,)):
        open_one = RelationshipInvitation.objects.filter(pk=found.invitation_id, settled_at__isnull=True)
        if not open_one.update(settled_at=now):
            raise NoOpenInvitation(_("This invitation can no longer be used."))
        text = _("%(organisation)s declined the invitation") % {"organisation": found.organisation_name}
        note_event(relationship_id=found.relationship_id, side="", actor=None, now=now, text=text)
