"""The two-key signature, and what takes effect by being signed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from relationships.models.relationships import Relationship, Side, Stage


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Chainable questions about agreements."""

    def open(self) -> "AgreementQuerySet":
        return self.filter(outcome=Agreement.Outcome.OPEN)


class Agreement(models.Model):
    """The two-key signature under anything jointly owned.

    Both signatures stand in the same row as the version they sign, so that the database itself refuses a half
    state: agreed if and only if one different person of each side signed the current version.
    """

    class Kind(models.TextChoices):
        STATEMENT_OF_INTENT = "STATEMENT_OF_INTENT", _("Statement of intent")
        STAGE = "STAGE", _("Life-cycle stage")
        CONTRACT = "CONTRACT", _("Contract")
        BAND_REVISION = "BAND_REVISION", _("Band")
        WEIGHTS = "WEIGHTS", _("Weights")
        SCORE_TERMS = "SCORE_TERMS", _("Score terms")
        ENVIRONMENT = "ENVIRONMENT", _("Environment")
        SPELL = "SPELL", _("Spell")
        REBASE = "REBASE", _("New limits for signals")
        REVIEW = "REVIEW", _("Joint review")

    class Outcome(models.TextChoices):
        OPEN = "OPEN", _("Waiting")
        AGREED = "AGREED", _("Agreed")
        DECLINED = "DECLINED", _("Declined")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        COUNTERED = "COUNTERED", _("Countered")
        EXPIRED = "EXPIRED", _("Expired")

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="agreements")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    title = models.CharField(max_length=200)
    content = models.JSONField(
        default=list, help_text="List of {label, before, after}: what a signature names."
    )
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    note = models.TextField(blank=True)
    proposed_by_side = models.CharField(max_length=8, choices=Side.choices)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    counters = models.OneToOneField("self", models.PROTECT, null=True, related_name="countered_by")
    customer_signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    customer_signed_at = models.DateTimeField(null=True)
    customer_signed_version = models.PositiveIntegerField(null=True)
    provider_signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    provider_signed_at = models.DateTimeField(null=True)
    provider_signed_version = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    outcome="AGREED",
                    customer_signed_by__isnull=False,
                    provider_signed_by__isnull=False,
                )
                | (
                    ~Q(outcome="AGREED")
                    & (Q(customer_signed_by__isnull=True) | Q(provider_signed_by__isnull=True))
                ),
                name="agreement_agreed_iff_two_keys",
            ),
            models.CheckConstraint(
                condition=Q(customer_signed_by__isnull=True)
                | Q(provider_signed_by__isnull=True)
                | ~Q(customer_signed_by=F("provider_signed_by")),
                name="agreement_two_different_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    customer_signed_by__isnull=True,
                    customer_signed_at__isnull=True,
                    customer_signed_version__isnull=True,
                )
                | Q(
                    customer_signed_by__isnull=False,
                    customer_signed_at__isnull=False,
                    customer_signed_version=F("version"),
                ),
                name="agreement_customer_signs_this_version",
            ),
            models.CheckConstraint(
                condition=Q(
                    provider_signed_by__isnull=True,
                    provider_signed_at__isnull=True,
                    provider_signed_version__isnull=True,
                )
                | Q(
                    provider_signed_by__isnull=False,
                    provider_signed_at__isnull=False,
                    provider_signed_version=F("version"),
                ),
                name="agreement_provider_signs_this_version",
            ),
            models.CheckConstraint(
                condition=Q(outcome="OPEN", settled_at__isnull=True)
                | (~Q(outcome="OPEN") & Q(settled_at__isnull=False)),
                name="agreement_settled_has_a_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["relationship", "proposed_at"],
                condition=Q(outcome="OPEN"),
                name="agreement_waiting",
            ),
            models.Index(fields=["relationship", "-proposed_at"], name="agreement_of_relationship"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.outcome == Agreement.Outcome.OPEN

    def is_signed_by(self, side: str) -> bool:
        return (self.customer_signed_at if side == Side.CUSTOMER else self.provider_signed_at) is not None

    @property
    def waits_for(self) -> list[Side]:
        """The sides whose signature is missing; empty when nothing waits."""
        return [side for side in Side if self.is_open and not self.is_signed_by(side)]


class StatementOfIntent(models.Model):
    """Why the two work together, in their own words; in force when its agreement is agreed."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="statements")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="statement")
    text = models.TextField(_("statement of intent"))

    def __str__(self) -> str:
        return self.text[:60]


class StageChange(models.Model):
    """A move to another life-cycle stage; takes effect when its agreement is agreed."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="stage_changes")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="stage_change")
    stage = models.CharField(_("life-cycle stage"), max_length=24, choices=Stage.choices)

    def __str__(self) -> str:
        return self.stage
