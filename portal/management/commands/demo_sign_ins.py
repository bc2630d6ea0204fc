"""Prints who can sign in to the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Person
from portal.demo.story import CHAPTERS, ORGANISATIONS, PASSWORD, PEOPLE
from portal.lib import scope
from portal.real_data.room import DOMAIN


class Command(BaseCommand):
    help = "Prints the addresses and the password of the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        first = CHAPTERS[0]
        described = {
            first.customer_lead: "relationship manager (customer)",
            first.provider_lead: "provider lead",
            first.provider_staff: "provider staff",
            first.customer_staff: "customer staff",
        }
        homes = {home.key: home.name for home in ORGANISATIONS}
        for cast in PEOPLE:
            rank = "executive" if cast.is_executive else "administrator" if cast.is_admin else ""
            says = described.get(cast.key, rank)
            if says:
                self.stdout.write(f"  {cast.email:<40} {says}, {homes[cast.organisation]}")
        with scope.acting_as():
            real = Person.objects.filter(email__endswith=f"@{DOMAIN}", is_executive=True)
            for person in real.select_related("organisation"):
                self.stdout.write(
                    f"  {person.email:<40} executive, {person.organisation} (published figures)"
                )
        self.stdout.write(f"  password of them all: {PASSWORD}")
