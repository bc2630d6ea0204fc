"""Fills the database with invented relationships, KPIs, signed bands and judged readings, and says how fast."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.management.scale.load import last_month, load
from portal.management.scale.plan import Plan


class Command(BaseCommand):
    help = (
        "Loads invented relationships by COPY, for measuring. Keys and indexes are taken away meanwhile and put back"
        " checked; what is loaded is NOT entered in the audit chains."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--relationships", type=int, default=100)
        parser.add_argument("--kpis", type=int, default=40)
        parser.add_argument("--months", type=int, default=36)
        parser.add_argument(
            "--until", type=date.fromisoformat, help="months before this day's month (default: today)"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed loads the same readings")
        parser.add_argument("--password", help="lets the loaded people sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        until = last_month(options["until"] or timezone.localdate())
        plan = Plan(options["relationships"], options["kpis"], options["months"], until)
        began = time.monotonic()

        def tell(what: str) -> None:
            if options["verbosity"] > 1:
                self.stdout.write(f"{time.monotonic() - began:8.1f} s  {what}")
                self.stdout.flush()

        loaded = load(plan, seed=options["seed"], password=make_password(options["password"]), tell=tell)
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{plan.relationships:,} relationships, {plan.relationships * plan.kpis:,} KPIs, {plan.bands:,} bands signed"
            f" by both, {loaded:,} readings with verdicts in {seconds:.1f} s ({loaded / seconds:,.0f} readings/s,"
            " indexes and constraints included). Not audited: these rows are in no audit chain."
        )
