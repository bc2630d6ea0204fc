"""The shared timeline."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person
from relationships.models.relationships import Relationship, Side


class TimelineEntry(models.Model):
    """One line of what happened or was said; both sides read it unless it is internal to one."""

    class Kind(models.TextChoices):
        EVENT = "EVENT", _("Event")
        COMMENT = "COMMENT", _("Comment")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="timeline")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.EVENT)
    side = models.CharField(max_length=8, choices=Side.choices, blank=True, default="")
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    url = models.CharField(max_length=300, blank=True, default="")
    about = models.CharField(
        max_length=40, blank=True, default="", help_text="For example kpi:12 or agreement:7."
    )
    internal_to = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", help_text="Null: both sides read it."
    )

    class Meta:
        ordering = ("-at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["relationship", "-at", "-id"], name="timeline_newest_first"),
            models.Index(fields=["relationship", "about"], condition=~Q(about=""), name="timeline_about"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def line(self) -> str:
        """The text where no name stands before it: what happened begins with a capital; what was said stays as it is."""
        return self.text if self.kind == self.Kind.COMMENT else self.text[:1].upper() + self.text[1:]
