"""Relationships, invitations to them, and the seats of people in them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person


class Side(models.TextChoices):
    """The two parties of a relationship."""

    CUSTOMER = "CUSTOMER", _("Customer")
    PROVIDER = "PROVIDER", _("Provider")

    @property
    def other(self) -> "Side":
        return Side.PROVIDER if self is Side.CUSTOMER else Side.CUSTOMER


class Stage(models.TextChoices):
    """The eight life-cycle stages of ISO 44001."""

    AWARENESS = "1_AWARENESS", _("Operational awareness")
    KNOWLEDGE = "2_KNOWLEDGE", _("Knowledge")
    INTERNAL_ASSESSMENT = "3_INTERNAL_ASSESSMENT", _("Internal assessment")
    PARTNER_SELECTION = "4_PARTNER_SELECTION", _("Partner selection")
    WORKING_TOGETHER = "5_WORKING_TOGETHER", _("Working together")
    VALUE_CREATION = "6_VALUE_CREATION", _("Value creation")
    STAYING_TOGETHER = "7_STAYING_TOGETHER", _("Staying together")
    EXIT = "8_EXIT", _("Exit strategy")


class Role(models.TextChoices):
    """What a seat lets its holder do; the matrix stands in relationships.policy."""

    LEAD = "LEAD", _("Relationship lead")
    MEMBER = "MEMBER", _("Member")
    EXECUTIVE = "EXECUTIVE", _("Executive sponsor")
    GO_TO = "GO_TO", _("Go-to person")
    RECIPIENT = "RECIPIENT", _("Service recipient")


class Relationship(models.Model):
    """One customer and one provider who run an outsourced service together."""

    name = models.CharField(_("name"), max_length=200)
    customer = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="as_customer")
    provider = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="as_provider")
    initiated_by_side = models.CharField(max_length=8, choices=Side.choices)
    service = models.CharField(_("service"), max_length=300, blank=True)
    stage = models.CharField(
        _("life-cycle stage"), max_length=24, choices=Stage.choices, default=Stage.AWARENESS
    )
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    confirm_within_days = models.PositiveSmallIntegerField(_("working days to confirm a reading"), default=5)
    deemed_after_days = models.PositiveSmallIntegerField(_("working days from reminder to deemed"), default=3)
    reference = models.CharField(_("reference"), max_length=200, blank=True, default="")
    is_invented = models.BooleanField(default=False)
    attribution = models.CharField(max_length=500, blank=True, default="")
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(customer__isnull=True) | Q(provider__isnull=True) | ~Q(customer=F("provider")),
                name="relationship_two_different_organisations",
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(provider__isnull=False),
                name="relationship_has_a_party",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True)
                | Q(customer__isnull=False, provider__isnull=False, accepted_by__isnull=False),
                name="relationship_accepted_has_both",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="relationship_reference_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def side_of(self, organisation_id: int | None) -> Side | None:
        """The side an organisation stands on, None when it is not a party."""
        if organisation_id is None:
            return None
        if organisation_id == self.customer_id:
            return Side.CUSTOMER
        return Side.PROVIDER if organisation_id == self.provider_id else None

    def organisation_of(self, side: str) -> Organisation | None:
        """The organisation standing on a side; None while an invitation is open."""
        return self.customer if side == Side.CUSTOMER else self.provider


class RelationshipInvitation(models.Model):
    """The link by which the other organisation joins; only the hash of its secret is kept."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    organisation_name = models.CharField(_("organisation"), max_length=200)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relationship"],
                condition=Q(settled_at__isnull=True),
                name="relationship_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return self.organisation_name


class Seat(models.Model):
    """A person's role on one side of a relationship, with the counterpart on the other side."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="seats")
    side = models.CharField(max_length=8, choices=Side.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="seats")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    title = models.CharField(_("title"), max_length=120, blank=True)
    counterpart = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="mirrored_by"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("side", "role", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relationship", "person", "role"],
                condition=Q(ended_at__isnull=True),
                name="seat_once_per_person_and_role",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="seat_held_by_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}:{self.role}"
