"""Promises to answer by a time."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relationships.models import Relationship, Side


class Clock(models.Model):
    """A promise by one side to answer by a time, counted in that side's working hours.

    At `remind_at` the side is reminded once; at `due_at` the promise has run out.
    """

    class Purpose(models.TextChoices):
        CONFIRM_READINGS = "CONFIRM_READINGS", _("Confirm readings")

    class Outcome(models.TextChoices):
        RUNNING = "RUNNING", _("Running")
        ANSWERED = "ANSWERED", _("Answered in time")
        DEEMED = "DEEMED", _("Deemed")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="clocks")
    side = models.CharField(max_length=8, choices=Side.choices, help_text="Who has to answer.")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    started_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="RUNNING", ended_at__isnull=True)
                | (~Q(outcome="RUNNING") & Q(ended_at__isnull=False)),
                name="clock_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(started_at__lte=models.F("remind_at"), remind_at__lte=models.F("due_at")),
                name="clock_reminds_before_due",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["remind_at"], condition=Q(outcome="RUNNING"), name="clock_running")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.due_at:%Y-%m-%d}"
