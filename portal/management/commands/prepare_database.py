"""Creates the database's roles on a server of one's own."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.lib.database_roles import Addresses, prepare

VARIABLES = ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_URL", "DATABASE_BATCH_URL")


class Command(BaseCommand):
    help = (
        "Creates the portal's database and its three roles with the passwords of DATABASE_OWNER_URL, DATABASE_URL"
        " and DATABASE_BATCH_URL, as the administrator of DATABASE_ADMIN_URL. Safe to repeat."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own way to say it

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [name for name in VARIABLES if not os.environ.get(name)]
        if missing:
            raise CommandError(f"Set {', '.join(missing)}.")
        prepare(
            Addresses(*(os.environ[name] for name in VARIABLES[:2]), *(os.environ[n] for n in VARIABLES[2:]))
        )
        self.stdout.write("The database and its three roles are ready.")
