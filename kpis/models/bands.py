"""Bands: thresholds under two keys."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpis.models.goals import Kpi
from relationships.models import Agreement, Relationship


class BandRevision(models.Model):
    """Thresholds from a date on, with all that bends them; in force once its agreement is agreed, never edited after.

    The flex rules, the allowance of wiggle room and the earned room belong to it, so that one signature covers
    everything that judges the KPI.
    """

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
    allowance = models.DecimalField(
        _("wiggle room per 12 months"),
        max_digits=7,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="Units of wiggle room in any 12 months; null while none is agreed.",
    )
    max_earned = models.DecimalField(
        _("earned room"),
        max_digits=4,
        decimal_places=3,
        default=0,
        db_default=0,
        help_text="By which share full mutual trust widens the tolerance: 0 to 1.",
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
            models.CheckConstraint(
                condition=Q(allowance__isnull=True) | Q(allowance__gte=0), name="band_allowance_not_negative"
            ),
            models.CheckConstraint(condition=Q(max_earned__range=(0, 1)), name="band_earned_room_range"),
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
