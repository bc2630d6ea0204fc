"""Takes over every relationship of packages of public contracting data, on behalf of the portal's operator."""

import enum
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from portal.lib import scope
from relationships import actions
from relationships.models import Relationship
from relationships.ocds import Deal, NotOcds, Process, parse_packages
from relationships.queries.register import Difference
from relationships.queries.register.unnamed import NOBODY, register_relationships

REGISTER = "public.register@import.invalid"


class Done(enum.Enum):
    """What became of one deal."""

    NEW = enum.auto()
    UPDATED = enum.auto()
    UNCHANGED = enum.auto()
    LEFT_OUT = enum.auto()


class Command(BaseCommand):
    """Prints what is new, what was brought up to date, what stays and what was not understood. Safe to repeat."""

    help = (
        "Imports OCDS packages (release or record packages) as relationships with both organisations and their"
        " contracts. Relationships that are here already (by ocid) take over what is new in their contracts; what"
        " both sides have signed and what somebody wrote by hand stays, and is reported."
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
        counts = dict.fromkeys(Done, 0)
        lines: list[tuple[str, str]] = []
        with scope.acting_as(), transaction.atomic():
            operator = _register()
        for process in processes:
            known = _of_unnamed_parties(process)
            lines += [
                (remark.ocid, remark.text)
                for remark in process.remarks
                if not (known and remark.about_parties)
            ]
            for deal in process.deals:
                done, said = _take_over(process, deal, operator, provenance)
                counts[done] += 1
                lines += [(process.ocid, text) for text in said]
            for done, said in known:
                counts[done] += 1
                lines += [(process.ocid, text) for text in said]
        for ocid, text in lines if say else ():
            self.stdout.write(f"  {ocid or '(no ocid)'}: {text}")
        self.stdout.write(
            f"{len(processes)} processes read: {counts[Done.NEW]} relationships made, {counts[Done.UPDATED]} updated,"
            f" {counts[Done.UNCHANGED]} unchanged, {len(lines)} remarks."
        )


def _take_over(
    process: Process, deal: Deal, operator: Person, provenance: actions.Provenance
) -> tuple[Done, list[str]]:
    """Founds the relationship of a deal, or brings its contracts up to date; with what there is to say about it."""
    try:
        with scope.acting_as():
            actions.import_public_deal(
                process=process, deal=deal, operator=operator, now=timezone.now(), provenance=provenance
            )
    except actions.IsHereAlready as refusal:
        return _update(refusal.relationship, deal) if refusal.relationship else (Done.UNCHANGED, [])
    except (actions.NotAParty, actions.SameOrganisationTwice) as refusal:
        return Done.LEFT_OUT, [str(refusal)]
    return Done.NEW, []


def _of_unnamed_parties(process: Process) -> list[tuple[Done, list[str]]]:
    """Newer releases that do not repeat who the parties are, where the contract is here already."""
    done = []
    for relationship_id, customer_id in register_relationships(process):
        eyes = scope.acting_as(organisation_id=customer_id, relationship_ids=[relationship_id])
        with eyes, transaction.atomic():
            relationship = Relationship.objects.get(pk=relationship_id)
        done.append(_update(relationship, Deal(NOBODY, process.unplaced)))
    return done


def _update(relationship: Relationship, deal: Deal) -> tuple[Done, list[str]]:
    parties = relationship.customer_id or relationship.provider_id or 0
    with scope.acting_as(organisation_id=parties, relationship_ids=[relationship.pk]):
        found = actions.update_from_register(
            relationship=relationship, deal=deal, actor=None, side="", now=timezone.now()
        )
    said = [_stays(one) for one in found.kept]
    if found.is_nothing:
        return Done.UNCHANGED, said
    counted = (
        (found.changed, "changed"),
        (found.new_contracts, "new"),
        (found.new_amendments, "amendments"),
        (found.new_documents, "documents"),
    )
    parts = ", ".join(f"{number} {name}" for number, name in counted if number)
    return Done.UPDATED, [f"updated ({parts})", *said]


def _stays(one: Difference) -> str:
    return f"“{one.contract.title}”, {one.label}: {one.before_text} stays ({one.kept}); the register says {one.after_text}."


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
