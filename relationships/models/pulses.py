"""Pulses: what both sides say about each other."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Person
from relationships.models.relationships import Relationship, Side


class Pulse(models.Model):
    """A short survey that both sides answer about each other; closed once, and unchangeable from then on.

    A side's mean is kept only where at least three of its people answered.
    """

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="pulses")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    customer_answers = models.PositiveIntegerField(default=0)
    provider_answers = models.PositiveIntegerField(default=0)
    customer_trust = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    provider_trust = models.DecimalField(max_digits=7, decimal_places=6, null=True)

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relationship"], condition=Q(closed_at__isnull=True), name="pulse_one_open"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__lt=F("closes_at")), name="pulse_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False)
                | Q(customer_trust__isnull=True, provider_trust__isnull=True),
                name="pulse_speaks_when_closed",
            ),
            models.CheckConstraint(
                condition=(
                    Q(customer_trust__isnull=True) | Q(customer_trust__range=(0, 1), customer_answers__gte=3)
                )
                & (Q(provider_trust__isnull=True) | Q(provider_trust__range=(0, 1), provider_answers__gte=3)),
                name="pulse_k_anonymous",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}"


class PulseParticipation(models.Model):
    """That a person has answered a pulse; what they answered stands elsewhere, without a name."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pulse", "person"], name="pulse_answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.pulse_id} {self.person_id}"


class PulseAnswer(models.Model):
    """One answer of somebody of a side, from 1 to 7, tied to nobody: no person, no moment, a random key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="answers")
    side = models.CharField(max_length=8, choices=Side.choices)
    trust = models.PositiveSmallIntegerField(help_text="How far they trust the other side: 1 to 7.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(trust__range=(1, 7)), name="pulse_answer_range")
        ]

    def __str__(self) -> str:
        return self.side
