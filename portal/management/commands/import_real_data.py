"""Adds relationships made from published figures."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.lib import scope
from portal.real_data import attendances, franchise, incidents, induction, standards

IMPORTERS: tuple[tuple[str, Callable[[Path], Iterator[str]]], ...] = (
    (franchise.FOLDER, franchise.bring_in),
    (incidents.FILE, incidents.bring_in),
    (attendances.FILE, attendances.bring_in),
    (induction.FILE, induction.bring_in),
    (standards.FILE, standards.bring_in),
)
REGISTERS = (
    ("contracts_finder_ocds/release_package.json", ("Contracts Finder; contains public sector information licensed"
     " under the Open Government Licence v3.0"), ()),
    ("ocds_sample/ppp_full_release_package.json", ("OCDS for PPPs sample data, Open Contracting Partnership,"
     " Apache-2.0; fictional"), ("--as-invented",)),
    ("ocds_sample/ocds-213czf-000-00001.json", ("OCDS sample data, Open Contracting Partnership, BSD-3-Clause;"
     " fictional"), ("--as-invented",)),
)  # fmt: skip


class Command(BaseCommand):
    """Each part is whole or absent, so that the command can be stopped and repeated at any time."""

    help = (
        "Adds relationships of real organisations from published figures (rail franchise, service standards,"
        " emergency care, an incident log, a government contract, public contract registers), through the same"
        " upload and import that people use. Parts whose folder is missing are left out and named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, required=True, help="where the folders with the figures are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        began = time.monotonic()
        for needed, bring_in in IMPORTERS:
            if not (folder / needed).exists():
                self.stdout.write(f"  {needed}: not there, left out")
                continue
            with scope.acting_as():
                for said in bring_in(folder):
                    self.stdout.write(f"  {said}")
        self._registers(folder)
        self.stdout.write(f"  real data: {time.monotonic() - began:.0f} s")

    def _registers(self, folder: Path) -> None:
        for name, attribution, more in REGISTERS:
            if (folder / name).exists():
                self.stdout.write(f"  {name}:")
                call_command(
                    "import_ocds",
                    "--quiet",
                    *more,
                    file=[folder / name],
                    attribution=attribution,
                    stdout=self.stdout,
                )
            else:
                self.stdout.write(f"  {name}: not there, left out")
