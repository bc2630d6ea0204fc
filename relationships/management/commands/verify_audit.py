"""Checks that nobody has changed, removed or slipped in an entry of the audit trail."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from relationships import audit


class Command(BaseCommand):
    """Prints how many links were checked; ends with an error and the first broken link when a chain is broken."""

    help = "Checks every audit chain, and compares with heads noted down earlier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="batch", help="connection whose role reads every chain")
        parser.add_argument("--heads", type=Path, help="CSV of chain, seq, hash noted down earlier")
        parser.add_argument("--print-heads", action="store_true", help="print the heads as CSV for keeping")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_heads"]:
            writer = csv.writer(self.stdout)
            writer.writerows(
                (head.chain, head.seq, head.hash) for head in audit.heads(using=options["database"])
            )
            return
        kept = _read(options["heads"]) if options["heads"] else []
        report = audit.verify(kept=kept, using=options["database"])
        if not report.is_sound:
            first = report.faults[0]
            raise CommandError(f"Broken at {first.chain}#{first.seq}: {first.reason}.")
        against = f", compared with {len(kept)} heads" if kept else ""
        self.stdout.write(f"{report.links} links in {report.chains} chains: sound{against}.")


def _read(path: Path) -> list[audit.Head]:
    with path.open(newline="", encoding="utf-8") as lines:
        return [audit.Head(chain, int(seq), digest) for chain, seq, digest in csv.reader(lines)]
