"""Founding an organisation and changing its calendar and money."""

from datetime import datetime, time

from django.db import transaction

from accounts.actions.record import note_act
from accounts.models import Organisation, Person


@transaction.atomic
def found_organisation(
    *, name: str, is_customer: bool, is_provider: bool, time_zone: str, currency: str, now: datetime
) -> Organisation:
    """A new organisation with the usual working week; its first person administers it and changes the rest."""
    return Organisation.objects.create(
        name=name,
        is_customer=is_customer,
        is_provider=is_provider,
        time_zone=time_zone,
        currency=currency,
        created_at=now,
    )


@transaction.atomic
def change_organisation(
    *,
    organisation: Organisation,
    actor: Person,
    now: datetime,
    name: str,
    time_zone: str,
    currency: str,
    working_days: str,
    day_starts_at: time,
    day_ends_at: time,
    holiday_country: str,
    holiday_subdivision: str,
) -> Organisation:
    """Changes name, zone, currency and working calendar; clocks that run from now on count by the new calendar."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    locked.name, locked.time_zone, locked.currency = name, time_zone, currency
    locked.working_days = working_days
    locked.day_starts_at, locked.day_ends_at = day_starts_at, day_ends_at
    locked.holiday_country, locked.holiday_subdivision = holiday_country, holiday_subdivision
    locked.save()
    note_act("changed organisation", about=locked, actor=actor, now=now)
    return locked
