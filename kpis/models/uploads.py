"""Spreadsheets on their way in, and what makes a repeated write harmless."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from relationships.models import Relationship, Side


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
