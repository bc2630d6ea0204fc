"""What moves a band, always under two keys: environments, their spells, flex rules, and the record of each move."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from kpis.models.bands import BandRevision
from kpis.models.goals import Kpi
from relationships.models import Agreement, Relationship


class Environment(models.Model):
    """A named condition of the world around the service ("peak season"); its meaning stands in its revisions."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="environments")
    name = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "name"], name="environment_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class EnvironmentRevision(models.Model):
    """What an environment means from a day on, and when a spell of it is proposed automatically.

    `condition` is an expression over drivers (see kpis.domain.conditions); blank when people declare spells only.
    """

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    environment = models.ForeignKey(Environment, models.CASCADE, related_name="revisions")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="environment_revision")
    effective_from = models.DateField(_("in force from"))
    meaning = models.TextField(_("what it means"))
    condition = models.CharField(_("condition"), max_length=500, blank=True, default="")
    agreed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("effective_from", "id")

    def __str__(self) -> str:
        return f"{self.environment_id} {self.effective_from}"


class Spell(models.Model):
    """Days in which an environment holds; counts once both sides signed it.

    A signed spell is never edited. A later one may replace it (to end it, move it, or take it back: `is_void`); the
    moment of its second signature then stands in `superseded_at` of the one replaced. A proposal that its condition
    made and that ended because the condition no longer held has `lapsed_at`: people did not turn it down.
    """

    class Origin(models.TextChoices):
        ADVANCE = "ADVANCE", _("Declared in advance")
        AFTERWARDS = "AFTERWARDS", _("Declared afterwards")
        AUTOMATIC = "AUTOMATIC", _("Proposed by its condition")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="spells")
    environment = models.ForeignKey(Environment, models.CASCADE, related_name="spells")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="spell")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    reason = models.TextField(_("reason"), blank=True, default="")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replacements")
    is_void = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("first_day", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(first_day__lte=F("last_day")), name="spell_in_order"
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(agreed_at__isnull=False),
                name="spell_superseded_was_agreed",
            ),
            models.CheckConstraint(
                condition=Q(is_void=False) | Q(replaces__isnull=False), name="spell_void_replaces"
            ),
            models.CheckConstraint(
                condition=Q(lapsed_at__isnull=True) | Q(origin="AUTOMATIC", agreed_at__isnull=True),
                name="spell_lapsed_was_automatic",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(agreed_at__isnull=False), name="spell_replaced_once"
            ),
            ExclusionConstraint(
                name="spells_do_not_overlap",
                expressions=[
                    ("environment", RangeOperators.EQUAL),
                    (
                        Func(F("first_day"), F("last_day"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(agreed_at__isnull=False, superseded_at__isnull=True, is_void=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.environment_id} {self.first_day} {self.last_day or '…'}"


class ConditionCheck(models.Model):
    """Days of a driver that were reported or corrected, for which conditions of spells are still to be looked at.

    Written in the transaction of the report and taken away by the task that has looked.
    """

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    driver = models.ForeignKey(Kpi, models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.driver_id} {self.first_day}"


class FlexRule(models.Model):
    """How a band moves while an environment holds; part of the band revision, and signed with it.

    The six numbers are amounts added to the thresholds (SHIFT) or other thresholds (REPLACE), in the KPI's unit. A
    DRIVER rule makes all thresholds easier by `slope` units for each 1.00 of relative deviation from `baseline` beyond
    `deadband`, at most by `cap` units. Of several rules that apply the one with the highest `priority` is used.
    """

    class Kind(models.TextChoices):
        SHIFT = "SHIFT", _("Shift the thresholds")
        REPLACE = "REPLACE", _("Use other thresholds")
        DRIVER = "DRIVER", _("Follow a driver")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    band_revision = models.ForeignKey(BandRevision, models.CASCADE, related_name="flex_rules")
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="flex_rules")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), default=1)
    floor = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    tolerance = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    target = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    upper_target = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    upper_tolerance = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    upper_floor = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    driver = models.ForeignKey(Kpi, models.PROTECT, null=True, related_name="drives")
    baseline = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    slope = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    deadband = models.DecimalField(
        null=True, max_digits=9, decimal_places=6, help_text="As a share: 0.10 is 10 %."
    )
    cap = models.DecimalField(null=True, max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("-priority", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["band_revision", "environment"], name="flex_rule_once_per_environment"
            ),
            models.UniqueConstraint(fields=["band_revision", "priority"], name="flex_rule_priority_once"),
            models.CheckConstraint(
                condition=Q(kind="DRIVER", floor__isnull=True, tolerance__isnull=True, target__isnull=True)
                | (Q(floor__isnull=False, tolerance__isnull=False, target__isnull=False) & ~Q(kind="DRIVER")),
                name="flex_rule_has_thresholds",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="DRIVER", slope__isnull=False, slope__gt=0, cap__isnull=False, cap__gt=0)
                    & Q(driver__isnull=False, baseline__isnull=False, deadband__isnull=False, deadband__gte=0)
                    & ~Q(baseline=0)
                )
                | (
                    ~Q(kind="DRIVER")
                    & Q(driver__isnull=True, baseline__isnull=True, slope__isnull=True)
                    & Q(deadband__isnull=True, cap__isnull=True)
                ),
                name="flex_rule_has_driver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.environment_id}"


class Flexing(models.Model):
    """How the band of one period was moved when its reading was judged; written once, never changed.

    Holds the thresholds that judged and what the band would have said without flex and earned room, so that every
    verdict explains itself for ever. `trust` and `pulse` are set where earned room was agreed.
    """

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="+", db_index=False)
    period_start = models.DateField()
    band_revision = models.ForeignKey(BandRevision, models.PROTECT, related_name="+", db_index=False)
    flex_rule = models.ForeignKey(
        FlexRule, models.PROTECT, null=True, related_name="flexings", db_index=False
    )
    spells = ArrayField(models.BigIntegerField(), default=list)
    covered_days = models.PositiveSmallIntegerField(default=0)
    period_days = models.PositiveSmallIntegerField()
    driver_value = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    trust = models.DecimalField(null=True, max_digits=7, decimal_places=6)
    pulse = models.ForeignKey(
        "relationships.Pulse", models.PROTECT, null=True, related_name="+", db_index=False
    )
    floor = models.DecimalField(max_digits=18, decimal_places=6)
    tolerance = models.DecimalField(max_digits=18, decimal_places=6)
    target = models.DecimalField(max_digits=18, decimal_places=6)
    upper_target = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    upper_tolerance = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    upper_floor = models.DecimalField(null=True, max_digits=18, decimal_places=6)
    unflexed_verdict = models.PositiveSmallIntegerField()
    unflexed_attainment = models.PositiveIntegerField(help_text="Whole millionths: 1,000,000 is 100 %.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["kpi", "period_start"], name="flexing_of_period")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(covered_days__lte=F("period_days")), name="flexing_covers_at_most_the_period"
            ),
            models.CheckConstraint(condition=Q(unflexed_verdict__lte=3), name="flexing_verdict_range"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period_start}"


class Rejudging(models.Model):
    """The re-evaluation of more readings than one request should wait for, portion by portion, with its progress."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    cause = models.CharField(max_length=300)
    spans = models.JSONField(help_text="List of [KPI, first day, day after the last or null].")
    periods_total = models.PositiveIntegerField()
    periods_done = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(finished_at__isnull=True), name="rejudging_open")
        ]

    def __str__(self) -> str:
        return self.cause
