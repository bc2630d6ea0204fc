"""Takes over every relationship of packages of public contracting data, on behalf of the portal's operator."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from portal.lib import scope
from relationships import actions
from relationships.ocds import NotOcds, Process, parse_packages

REGISTER = "public.register@import.invalid"
REFUSALS = (actions.IsHereAlready, actions.NotAParty, actions.SameOrganisationTwice)


class Command(BaseCommand):
    """Prints what was made, what was here already and what was not understood. Safe to repeat."""

    help = (
        "Imports OCDS packages (release or record packages) as relationships with both organisations and their"
        " contracts. Relationships that are here already (by ocid) stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--file", type=Path, action="append", default=[], help="a package; may be repeated"
        )
        parser.add_argument(
            "--folder", type=Path, action="append", default=[], help="takes every *.json in it"
        )
        parser.add_argument(
            "--attribution", default="", help="what the licence asks to be shown with the data"
        )
        parser.add_argument("--as-invented", action="store_true", help="marks the organisations as invented")
        parser.add_argument("--quiet", action="store_true", help="prints counts only")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [*options["file"], *(path for f in options["folder"] for path in sorted(f.glob("*.json")))]
        if not paths:
            raise CommandError("Name a --file or a --folder with packages.")
        contents = [_read(path) for path in paths]
        try:
            processes = parse_packages(contents)
        except NotOcds as refusal:
            raise CommandError(str(refusal)) from refusal
        provenance = actions.Provenance(
            options["attribution"] or _attribution(contents), options["as_invented"]
        )
        self._import(processes, provenance, say=not options["quiet"])

    def _import(self, processes: list[Process], provenance: actions.Provenance, *, say: bool) -> None:
        made = known = 0
        remarks: list[tuple[str, str]] = []
        with scope.acting_as(), transaction.atomic():
            operator = _register()
        for process in processes:
            remarks += [(remark.ocid, remark.text) for remark in process.remarks]
            for deal in process.deals:
                try:
                    with scope.acting_as():
                        actions.import_public_deal(
                            process=process,
                            deal=deal,
                            operator=operator,
                            now=timezone.now(),
                            provenance=provenance,
                        )
                    made += 1
                except actions.IsHereAlready:
                    known += 1
                except REFUSALS as refusal:
                    remarks.append((process.ocid, str(refusal)))
        for ocid, text in remarks if say else ():
            self.stdout.write(f"  {ocid or '(no ocid)'}: {text}")
        self.stdout.write(
            f"{len(processes)} processes read: {made} relationships made, {known} here already,"
            f" {len(remarks)} remarks."
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error


def _attribution(contents: list[bytes]) -> str:
    """Publisher and licence as the packages themselves name them."""
    named: dict[str, None] = {}
    for content in contents:
        package = json.loads(content.decode("utf-8-sig"))
        publisher = package.get("publisher")
        name = publisher.get("name", "") if isinstance(publisher, dict) else ""
        parts = [str(part) for part in (name, package.get("license")) if part]
        named[", ".join(parts)] = None
    return "; ".join(text for text in named if text)[:500]


def _register() -> Person:
    """Who accepts in the name of nobody: public data have no person behind them. Cannot sign in."""
    found = Person.objects.filter(email=REGISTER).first()
    if found is not None:
        return found
    return Person.objects.create_user(
        REGISTER, full_name="Public register", is_active=False, joined_at=timezone.now()
    )
