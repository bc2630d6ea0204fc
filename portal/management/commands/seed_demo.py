"""Builds the self-contained demonstration once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.demo.staging import is_staged, stage_demo


class Command(BaseCommand):
    help = "Builds the demonstration (invented organisations, three years); does nothing when it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_staged():
            self.stdout.write("The demonstration is already there.")
            return
        stage_demo(now=timezone.now(), say=lambda text: self.stdout.write(f"  {text}"))
