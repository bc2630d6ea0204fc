"""Giving and ending seats on one's own side, and naming counterparts."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import actions as account_actions
from accounts.models import Person
from relationships.actions.agreements import NotYourSide
from relationships.actions.timeline import note_event
from relationships.models import Relationship, Role, Seat, Side
from relationships.policy import Right, rights_of


class NotOfThisSide(Exception):
    """A seat goes to an active person of the side's own organisation."""


class SeatIsTaken(Exception):
    """The person has this role already."""


class SeatHasEnded(Exception):
    """A seat that has ended stays as it was; somebody who is back gets a new one."""


class LastLead(Exception):
    """Each side keeps at least one lead."""


class CounterpartDoesNotFit(Exception):
    """A counterpart holds the same role on the other side and is nobody else's counterpart."""


@transaction.atomic
def give_seat(
    *,
    relationship: Relationship,
    person: Person,
    role: str,
    actor: Person,
    side: Side,
    now: datetime,
    title: str = "",
    counterpart: Seat | None = None,
) -> Seat:
    """Seats somebody on the actor's side, mirrored by a counterpart on the other side when one is named.

    Raises NotOfThisSide, SeatIsTaken or CounterpartDoesNotFit.
    """
    own = relationship.organisation_of(side)
    if own is None or person.organisation_id != own.pk or not person.is_active:
        raise NotOfThisSide(_("Choose an active person of your own organisation."))
    try:
        with transaction.atomic():
            seat = Seat.objects.create(
                relationship=relationship, side=side, person=person, role=role, title=title, started_at=now
            )
    except IntegrityError as error:
        raise SeatIsTaken(_("%(name)s has this role already.") % {"name": person.full_name}) from error
    _pair(seat, counterpart)
    facts = {"name": person.full_name, "role": Role(role).label}
    _tell(relationship, side, actor, now, _("seated %(name)s as %(role)s") % facts)
    account_actions.notify(
        person_id=person.pk,
        key=f"seat:{seat.pk}",
        text=_("You have a seat in “%(relationship)s”") % {"relationship": relationship.name},
        # Who is seated without a right to read comes home; the working rooms would refuse them.
        url=f"/relationships/{relationship.pk}/" if Right.READ in rights_of([role]) else "/",
        now=now,
    )
    return seat


@transaction.atomic
def change_seat(
    *, seat: Seat, title: str, counterpart: Seat | None, actor: Person, side: Side, now: datetime
) -> Seat:
    """Changes title and counterpart of a seat on the actor's side.

    Raises NotYourSide, SeatHasEnded or CounterpartDoesNotFit.
    """
    locked = _lock_own(seat, side)
    if locked.ended_at is not None:
        raise SeatHasEnded(_("This seat has ended. Give a new one instead."))
    locked.title = title
    locked.save(update_fields=["title"])
    if locked.counterpart_id != (counterpart.pk if counterpart else None):
        _part(locked)
        _pair(locked, counterpart)
    facts = {"name": locked.person.full_name}
    _tell(locked.relationship, side, actor, now, _("changed the seat of %(name)s") % facts)
    return locked


@transaction.atomic
def end_seat(*, seat: Seat, actor: Person, side: Side, now: datetime) -> None:
    """Ends a seat on the actor's side; its rights end with the person's next request.

    Raises NotYourSide or LastLead. Ending an ended seat changes nothing.
    """
    locked = _lock_own(seat, side)
    if locked.ended_at is not None:
        return
    if locked.role == Role.LEAD:
        _keep_one_lead(locked)
    _part(locked)
    locked.ended_at = now
    locked.save(update_fields=["ended_at"])
    facts = {"name": locked.person.full_name, "role": Role(locked.role).label}
    _tell(locked.relationship, side, actor, now, _("ended the seat of %(name)s as %(role)s") % facts)


def _lock_own(seat: Seat, side: Side) -> Seat:
    # The relationship's row is the lock, so that two leads ending each other's seats cannot both succeed.
    Relationship.objects.select_for_update().get(pk=seat.relationship_id)
    locked = Seat.objects.select_related("person", "relationship").get(pk=seat.pk)
    if locked.side != side:
        raise NotYourSide(_("Seats of the other side are theirs to give and end."))
    return locked


def _keep_one_lead(seat: Seat) -> None:
    others = Seat.objects.filter(
        relationship_id=seat.relationship_id,
        side=seat.side,
        role=Role.LEAD,
        ended_at__isnull=True,
        person__is_active=True,
    ).exclude(pk=seat.pk)
    if not others.exists():
        raise LastLead(_("Seat another lead first; somebody has to be able to sign for this side."))


def _pair(seat: Seat, counterpart: Seat | None) -> None:
    if counterpart is None:
        return
    other = Seat.objects.select_for_update().get(pk=counterpart.pk)
    fits = (
        other.relationship_id == seat.relationship_id
        and other.side != seat.side
        and other.role == seat.role
        and other.ended_at is None
        and other.counterpart_id in {None, seat.pk}
    )
    if not fits:
        raise CounterpartDoesNotFit(
            _("A counterpart has the same role on the other side and no counterpart yet.")
        )
    Seat.objects.filter(pk=other.pk).update(counterpart=seat)
    Seat.objects.filter(pk=seat.pk).update(counterpart=other)


def _part(seat: Seat) -> None:
    Seat.objects.filter(counterpart_id=seat.pk).update(counterpart=None)
    Seat.objects.filter(pk=seat.pk).update(counterpart=None)
    seat.counterpart = None


def _tell(relationship: Relationship, side: Side, actor: Person, now: datetime, text: str) -> None:
    url = f"/relationships/{relationship.pk}/people/"
    note_event(relationship_id=relationship.pk, side=side, actor=actor, now=now, text=text, url=url)
