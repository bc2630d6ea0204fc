"""Contracts and their documents."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from relationships.models.relationships import Relationship


class Contract(models.Model):
    """A master agreement, a work order under it, or an amendment of either."""

    class Kind(models.TextChoices):
        MASTER = "MASTER", _("Master agreement")
        WORK_ORDER = "WORK_ORDER", _("Work order")
        AMENDMENT = "AMENDMENT", _("Amendment")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="contracts")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=300)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    notice_by_on = models.DateField(_("give notice by"), null=True, blank=True)
    accountable = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accountable person on the customer's side"),
    )
    accountable_name = models.CharField(_("accountable (by name)"), max_length=150, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("starts_on", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(kind="MASTER") & Q(parent__isnull=True))
                | (~Q(kind="MASTER") & Q(parent__isnull=False)),
                name="contract_tree",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="contract_starts_before_end",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="contract_value_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ContractDocument(models.Model):
    """A file or an address of a document that belongs to a contract."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=300)
    url = models.URLField(max_length=1000, blank=True)
    file = models.FileField(upload_to="contracts/%Y/%m/", blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.name
