"""The shared-value score: the terms both parties signed, every score, and the runs that compute them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from relationships.models import Agreement, Relationship


class ScoreTerms(models.Model):
    """Weights, walk-aways and bargaining power from a date on; in force once agreed."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="score_terms")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="score_terms")
    effective_from = models.DateField(_("in force from"))
    weight_outcomes = models.PositiveSmallIntegerField(_("weight of outcomes"), default=1)
    weight_received = models.PositiveSmallIntegerField(_("weight of service received"), default=1)
    walkaway_customer = models.DecimalField(max_digits=4, decimal_places=2, default="0.20")
    walkaway_provider = models.DecimalField(max_digits=4, decimal_places=2, default="0.20")
    alpha = models.DecimalField(
        _("customer's share of the exponent"), max_digits=4, decimal_places=2, default="0.50"
    )
    evidence_threshold = models.DecimalField(max_digits=4, decimal_places=2, default="0.60")
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    walkaway_customer__gte=0,
                    walkaway_customer__lt=1,
                    walkaway_provider__gte=0,
                    walkaway_provider__lt=1,
                    alpha__gt=0,
                    alpha__lt=1,
                    evidence_threshold__gte=0,
                    evidence_threshold__lte=1,
                ),
                name="score_terms_in_range",
            ),
            models.CheckConstraint(
                condition=Q(weight_outcomes__gt=0) | Q(weight_received__gt=0), name="score_terms_some_weight"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relationship_id} {self.effective_from}"


class Score(models.Model):
    """The shared value of one relationship as of one date, with everything needed to explain it."""

    class State(models.TextChoices):
        SCORED = "SCORED", _("Scored")
        WITHHELD = "WITHHELD", _("Withheld")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="scores")
    as_of = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=200, blank=True, default="")
    shared_value = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    value_customer = models.DecimalField(
        max_digits=7, decimal_places=4, null=True, help_text="100 × g of the customer"
    )
    value_provider = models.DecimalField(
        max_digits=7, decimal_places=4, null=True, help_text="100 × g of the provider"
    )
    hidden_imbalance = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    method_version = models.CharField(max_length=20)
    parts = models.JSONField()
    input_digest = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ("-as_of",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "as_of"], name="score_once_per_date"),
            models.CheckConstraint(
                condition=Q(state="SCORED", shared_value__isnull=False)
                | (Q(state="WITHHELD", shared_value__isnull=True) & ~Q(reason="")),
                name="score_withheld_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relationship_id} {self.as_of}"


class Standing(models.Model):
    """The latest score of a relationship beside its two organisations: what portfolios sort and filter by."""

    relationship = models.OneToOneField(
        Relationship, models.CASCADE, primary_key=True, related_name="standing"
    )
    customer = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    provider = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    as_of = models.DateField()
    state = models.CharField(max_length=8, choices=Score.State.choices)
    reason = models.CharField(max_length=200, blank=True, default="")
    shared_value = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    value_customer = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    value_provider = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    hidden_imbalance = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    month_ago = models.DecimalField(
        max_digits=7, decimal_places=4, null=True, help_text="Shared value a month before."
    )
    seen_changed_at = models.DateTimeField(
        null=True,
        help_text="The relationship's changed_at that the score has seen; another one asks for a new score.",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "shared_value"], name="standing_of_customer"),
            models.Index(fields=["provider", "shared_value"], name="standing_of_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.relationship_id} {self.shared_value}"


class ScoreRun(models.Model):
    """One computation of scores for a date: how far it is, and whether it ended."""

    as_of = models.DateField()
    only_changed = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-started_at", "-id")

    def __str__(self) -> str:
        return f"{self.as_of} {self.done}/{self.total}"

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is under way."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


class ScoreChunk(models.Model):
    """Some relationships of a run, scored in one transaction; whoever finds it open and unlocked does it."""

    run = models.ForeignKey(ScoreRun, models.CASCADE, related_name="chunks")
    relationship_ids = ArrayField(models.BigIntegerField())
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=["run"], condition=Q(done_at__isnull=True), name="score_chunk_open")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {len(self.relationship_ids)}"
