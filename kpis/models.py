"""Joint goals, KPIs under them, their bands, and the readings that both sides settle."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from governance.models import Clock
from relationships.models import Agreement, Contract, Relationship, Side


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


class Kpi(models.Model):
    """How a goal is seen: a measure with a definition card and one named owner on each side."""

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
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="kpis")
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


class BandRevision(models.Model):
    """Thresholds from a date on; in force once its agreement is agreed, and never edited after."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="band_revisions")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="band_revision")
    effective_from = models.DateField(_("in force from"))
    floor = models.DecimalField(_("floor"), max_digits=18, decimal_places=6)
    tolerance = models.DecimalField(_("tolerance"), max_digits=18, decimal_places=6)
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=6)
    upper_target = models.DecimalField(
        _("upper target"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    upper_tolerance = models.DecimalField(
        _("upper tolerance"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    upper_floor = models.DecimalField(
        _("upper floor"), max_digits=18, decimal_places=6, null=True, blank=True
    )
    agreed_at = models.DateTimeField(null=True, help_text="When both keys had turned; null while proposed.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("effective_from", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(floor__lt=F("tolerance"), tolerance__lt=F("target"))
                | (Q(floor__gt=F("tolerance"), tolerance__gt=F("target")) & Q(upper_target__isnull=True)),
                name="band_thresholds_in_order",
            ),
            models.CheckConstraint(
                condition=Q(upper_target__isnull=True, upper_tolerance__isnull=True, upper_floor__isnull=True)
                | Q(
                    upper_target__isnull=False,
                    upper_tolerance__isnull=False,
                    upper_floor__isnull=False,
                    upper_target__gte=F("target"),
                    upper_tolerance__gt=F("upper_target"),
                    upper_floor__gt=F("upper_tolerance"),
                ),
                name="band_upper_half_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["kpi", "effective_from", "agreed_at"],
                condition=Q(agreed_at__isnull=False),
                name="band_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.effective_from}"


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


class Upload(models.Model):
    """A spreadsheet of readings on its way in: previewed, then applied, with a report by row."""

    class State(models.TextChoices):
        MAPPING = "MAPPING", _("Columns to be named")
        PREVIEWED = "PREVIEWED", _("Previewed")
        APPLYING = "APPLYING", _("Being applied")
        APPLIED = "APPLIED", _("Applied")
        REFUSED = "REFUSED", _("Nothing applied")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="uploads")
    side = models.CharField(max_length=8, choices=Side.choices)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    source = models.CharField(
        max_length=64, help_text="Fingerprint of the header row: same columns, same mapping."
    )
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    only_good_rows = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-uploaded_at", "-id")

    def __str__(self) -> str:
        return self.name


class ColumnMapping(models.Model):
    """Which column means what, remembered for the next file with the same header."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    source = models.CharField(max_length=64)
    mapping = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "side", "source"], name="mapping_once_per_source")
        ]

    def __str__(self) -> str:
        return self.source


class IdempotencyKey(models.Model):
    """The answer to a bulk write, kept with its effect, so that a retry gets the same answer and no second effect."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="idempotency_key_once_per_person")
        ]

    def __str__(self) -> str:
        return self.key
