"""Organisations as a public register names them."""

from datetime import datetime

from accounts.models import Organisation
from relationships.models import Side
from relationships.ocds.model import Party

UNNAMED_ZONE = "Europe/London"


def organisation_named(party: Party, side: Side, *, is_invented: bool, now: datetime) -> Organisation:
    """The organisation by its identifier, else by name among those that came from a register, else a new one."""
    found = Organisation.objects.filter(reference=party.identifier).first() if party.identifier else None
    found = found or (
        Organisation.objects.filter(name__iexact=party.name).exclude(reference="").order_by("pk").first()
    )
    takes_part = "is_customer" if side == Side.CUSTOMER else "is_provider"
    if found is None:
        return Organisation.objects.create(
            name=party.name,
            reference=party.identifier or _self_made_reference(party),
            is_customer=side == Side.CUSTOMER,
            is_provider=side == Side.PROVIDER,
            time_zone=UNNAMED_ZONE,
            is_invented=is_invented,
            created_at=now,
        )
    if not getattr(found, takes_part):
        setattr(found, takes_part, True)
        found.save(update_fields=[takes_part])
    return found


def _self_made_reference(party: Party) -> str:
    """Marks an organisation without an identifier as one that came from a register, so that it is found again."""
    return f"name:{party.name.casefold()}"[:200]
