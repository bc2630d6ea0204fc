"""What a KPI's own figures ask both sides to look at together."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kpis.models.goals import Kpi
from relationships.models import Agreement, Relationship


class Rebase(models.Model):
    """From a period on, signals are read against new limits, because both sides agree that the process changed."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="rebases")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="rebase")
    from_period = models.DateField(_("from the period that starts on"))
    reason = models.TextField(_("what changed"))
    agreed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("from_period", "id")

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.from_period}"


class Review(models.Model):
    """A joint look at one KPI, opened by its own figures and closed by a choice that both sides sign.

    Never a penalty by itself: the sides renegotiate, repair or accept.
    """

    class Cause(models.TextChoices):
        BURN_MONTH = "BURN_MONTH", _("Wiggle room is used three times too fast")
        BURN_QUARTER = "BURN_QUARTER", _("Wiggle room is used twice too fast")
        EXHAUSTED = "EXHAUSTED", _("Wiggle room is used up")
        MISSES = "MISSES", _("The target is consistently missed")

    class Choice(models.TextChoices):
        RENEGOTIATE = "RENEGOTIATE", _("Renegotiate the target")
        REPAIR = "REPAIR", _("Repair the process")
        ACCEPT = "ACCEPT", _("Accept it for now")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="reviews")
    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="reviews")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    period_start = models.DateField(help_text="The period whose figures opened it.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    choice = models.CharField(max_length=11, choices=Choice.choices, blank=True, default="")
    agreement = models.OneToOneField(Agreement, models.PROTECT, null=True, related_name="review")
    figures = models.JSONField(
        default=dict, db_default={}, help_text="What the budget and the chart said when it was opened."
    )

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kpi", "cause", "period_start"], name="review_once_per_period"),
            models.UniqueConstraint(
                fields=["kpi", "cause"], condition=Q(closed_at__isnull=True), name="review_one_open_per_cause"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, choice="") | (Q(closed_at__isnull=False) & ~Q(choice="")),
                name="review_closed_by_choice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.cause}"


class Watched(models.Model):
    """Up to which change of a relationship its figures were looked at."""

    relationship = models.OneToOneField(Relationship, models.CASCADE, primary_key=True, related_name="+")
    seen_changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.relationship_id} {self.seen_changed_at}"
