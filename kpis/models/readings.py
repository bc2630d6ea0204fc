"""Readings, their past, disputes and evidence."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from governance.models import Clock
from kpis.models.bands import BandRevision
from kpis.models.goals import Kpi
from relationships.models import Relationship, Side


class Reading(models.Model):
    """The value of a KPI for one period, with the verdict it got and the band it was judged by."""

    class State(models.TextChoices):
        SUBMITTED = "SUBMITTED", _("Submitted")
        CONFIRMED = "CONFIRMED", _("Confirmed")
        DEEMED = "DEEMED", _("Deemed confirmed")
        DISPUTED = "DISPUTED", _("Disputed")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    # KPI, band and clock are checked by the composite keys of 0002_walls, and the KPI's index is the unique one below:
    # a second key and a second index for the same column would cost a bulk write a third of its time.
    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="readings", db_constraint=False, db_index=False)
    period_start = models.DateField()
    period_end = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    is_not_applicable = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    band_revision = models.ForeignKey(
        BandRevision, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    flexing = models.ForeignKey(
        "kpis.Flexing", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    verdict = models.PositiveSmallIntegerField(
        null=True, help_text="3 Good … 0 Inadequate; null without a band."
    )
    attainment = models.PositiveIntegerField(null=True, help_text="Whole millionths: 1,000,000 is 100 %.")
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    submitted_at = models.DateTimeField()
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    clock = models.ForeignKey(
        Clock, models.SET_NULL, null=True, related_name="readings", db_constraint=False, db_index=False
    )
    recorded_at = models.DateTimeField(help_text="Since when this version of the row is what we believe.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("period_start",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kpi", "period_start"], name="reading_once_per_period"),
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")), name="reading_period_in_order"
            ),
            models.CheckConstraint(
                condition=(Q(is_not_applicable=True) & Q(value__isnull=True, verdict__isnull=True))
                | (Q(is_not_applicable=False) & Q(value__isnull=False)),
                name="reading_value_or_not_applicable",
            ),
            models.CheckConstraint(
                condition=Q(verdict__isnull=True, attainment__isnull=True, band_revision__isnull=True)
                | Q(
                    verdict__isnull=False,
                    verdict__lte=3,
                    attainment__isnull=False,
                    attainment__lte=1_000_000,
                    band_revision__isnull=False,
                ),
                name="reading_verdict_with_band",
            ),
            models.CheckConstraint(
                condition=Q(flexing__isnull=True) | Q(verdict__isnull=False),
                name="reading_flexed_with_verdict",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["relationship"],
                condition=Q(state__in=["SUBMITTED", "DISPUTED"]),
                name="reading_unsettled",
            ),
            models.Index(fields=["clock"], condition=Q(clock__isnull=False), name="reading_of_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period_start}"


class ReadingPast(models.Model):
    """A version of a reading that was superseded; written by a trigger, never changed."""

    reading_id = models.BigIntegerField()
    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    kpi_id = models.BigIntegerField()
    period_start = models.DateField()
    period_end = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    is_not_applicable = models.BooleanField()
    note = models.TextField()
    state = models.CharField(max_length=10, choices=Reading.State.choices)
    band_revision_id = models.BigIntegerField(null=True)
    flexing_id = models.BigIntegerField(null=True)
    verdict = models.PositiveSmallIntegerField(null=True)
    attainment = models.PositiveIntegerField(null=True)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    submitted_at = models.DateTimeField()
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    settled_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField()
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ("superseded_at", "id")
        indexes: ClassVar = [models.Index(fields=["reading_id", "version"], name="past_of_reading")]

    def __str__(self) -> str:
        return f"{self.reading_id} v{self.version}"


class Dispute(models.Model):
    """One side's objection to one reading, and how it ended."""

    class Resolution(models.TextChoices):
        CORRECTED = "CORRECTED", _("Reading corrected")
        UPHELD = "UPHELD", _("Reading stands")
        WITHDRAWN = "WITHDRAWN", _("Dispute withdrawn")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="disputes")
    reading = models.ForeignKey(Reading, models.CASCADE, related_name="disputes")
    side = models.CharField(max_length=8, choices=Side.choices)
    reason = models.TextField(_("what is disputed"))
    claimed_value = models.DecimalField(
        _("value we see"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    resolved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True, default="")
    resolution_note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-opened_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reading"], condition=Q(resolved_at__isnull=True), name="dispute_one_open_per_reading"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True, resolution="")
                | (Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(resolution="")),
                name="dispute_resolved_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.reason[:60]


class Evidence(models.Model):
    """A file that supports a reading."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    reading = models.ForeignKey(Reading, models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="evidence/%Y/%m/")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
