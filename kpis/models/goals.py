"""Goals and the KPIs under them."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from relationships.models import Contract, Relationship, Side


class Goal(models.Model):
    """A desired outcome and what it is worth to each side."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="goals")
    name = models.CharField(_("name"), max_length=200)
    outcome = models.TextField(_("desired outcome"), blank=True)
    worth_to_customer = models.TextField(_("worth to the customer"), blank=True)
    worth_to_provider = models.TextField(_("worth to the provider"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class NamedCalendar(models.Model):
    """A calendar of explicit periods, such as the thirteen of a railway year."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="calendars")
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "name"], name="calendar_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class NamedPeriod(models.Model):
    """One period of a named calendar."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    calendar = models.ForeignKey(NamedCalendar, models.CASCADE, related_name="periods")
    label = models.CharField(max_length=60)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ("first_day",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="named_period_in_order"),
            ExclusionConstraint(
                name="named_periods_do_not_overlap",
                expressions=[
                    ("calendar", RangeOperators.EQUAL),
                    (
                        Func(F("first_day"), F("last_day"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.label


class KpiQuerySet(models.QuerySet["Kpi"]):
    """Chainable questions about KPIs."""

    def scored(self) -> "KpiQuerySet":
        """Those that are judged and weighed; without drivers, which are context."""
        return self.filter(is_driver=False)

    def drivers(self) -> "KpiQuerySet":
        """The series of context."""
        return self.filter(is_driver=True)


class Kpi(models.Model):
    """How a goal is seen: a measure with a definition card and one named owner on each side.

    A driver (`is_driver`) is a series of context such as volume or headcount: reported like a KPI, under no goal,
    never judged and never scored.
    """

    class PerformedBy(models.TextChoices):
        PROVIDER = "PROVIDER", _("Provider")
        CUSTOMER = "CUSTOMER", _("Customer")
        JOINT = "JOINT", _("Jointly")

    class Polarity(models.TextChoices):
        HIGHER = "HIGHER", _("Higher is better")
        LOWER = "LOWER", _("Lower is better")
        WITHIN_RANGE = "WITHIN_RANGE", _("Within a range")

    class Frequency(models.TextChoices):
        DAY = "DAY", _("Daily")
        WEEK = "WEEK", _("Weekly")
        MONTH = "MONTH", _("Monthly")
        QUARTER = "QUARTER", _("Quarterly")
        YEAR = "YEAR", _("Yearly")
        CONTRACT_MONTH = "CONTRACT_MONTH", _("Contract month")
        CALENDAR = "CALENDAR", _("Named calendar")

    class Entry(models.TextChoices):
        VALUE = "VALUE", _("A value")
        RATIO = "RATIO", _("Numerator and denominator")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="kpis")
    is_driver = models.BooleanField(
        _("driver"), default=False, db_default=False, help_text="Context: reported like a KPI, never scored."
    )
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, related_name="kpis")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="kpis")
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=300)
    performed_by = models.CharField(_("performed by"), max_length=8, choices=PerformedBy.choices)
    polarity = models.CharField(_("direction"), max_length=12, choices=Polarity.choices)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=1)
    entry = models.CharField(_("reported as"), max_length=5, choices=Entry.choices, default=Entry.VALUE)
    ratio_factor = models.DecimalField(
        _("ratio is multiplied by"), max_digits=12, decimal_places=2, default=100
    )
    frequency = models.CharField(_("frequency"), max_length=14, choices=Frequency.choices)
    contract_month_day = models.PositiveSmallIntegerField(
        _("contract month starts on day"), null=True, blank=True
    )
    calendar = models.ForeignKey(NamedCalendar, models.PROTECT, null=True, blank=True, related_name="kpis")
    starts_on = models.DateField(_("measured from"))
    ends_on = models.DateField(_("measured until"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("due days after the period"), default=10)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    outcome = models.TextField(_("outcome it shows"), blank=True)
    standard = models.TextField(_("standard"), blank=True)
    how_measured = models.TextField(_("how it is measured"), blank=True)
    source = models.CharField(_("source of the data"), max_length=300, blank=True)
    customer_owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    provider_owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    objects = KpiQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    frequency="CONTRACT_MONTH",
                    contract_month_day__isnull=False,
                    contract_month_day__range=(1, 28),
                )
                | (~Q(frequency="CONTRACT_MONTH") & Q(contract_month_day__isnull=True)),
                name="kpi_contract_month_day",
            ),
            models.CheckConstraint(
                condition=(Q(frequency="CALENDAR") & Q(calendar__isnull=False))
                | (~Q(frequency="CALENDAR") & Q(calendar__isnull=True)),
                name="kpi_named_calendar",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                name="kpi_starts_before_end",
            ),
            models.CheckConstraint(
                condition=Q(is_driver=True, goal__isnull=True) | Q(is_driver=False, goal__isnull=False),
                name="kpi_driver_or_under_a_goal",
            ),
            models.CheckConstraint(condition=Q(weight__lte=1000, weight__gte=1), name="kpi_weight_range"),
            models.UniqueConstraint(
                fields=["relationship", "reference"], condition=~Q(reference=""), name="kpi_reference_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["relationship", "position"], name="kpi_of_relationship")]

    def __str__(self) -> str:
        return self.name

    @property
    def performing_side(self) -> Side:
        """The side that reports; the provider reports what is performed jointly."""
        return Side.CUSTOMER if self.performed_by == Kpi.PerformedBy.CUSTOMER else Side.PROVIDER
