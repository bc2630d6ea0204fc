"""Relationships, the seats of people in them, contracts, two-key agreements and the shared timeline."""

import uuid
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


class Pulse(models.Model):
    """A short survey that both sides answer about each other; closed once, and unchangeable from then on.

    A side's mean is kept only where at least three of its people answered.
    """

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="pulses")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    customer_answers = models.PositiveIntegerField(default=0)
    provider_answers = models.PositiveIntegerField(default=0)
    customer_trust = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    provider_trust = models.DecimalField(max_digits=7, decimal_places=6, null=True)

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relationship"], condition=Q(closed_at__isnull=True), name="pulse_one_open"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__lt=F("closes_at")), name="pulse_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False)
                | Q(customer_trust__isnull=True, provider_trust__isnull=True),
                name="pulse_speaks_when_closed",
            ),
            models.CheckConstraint(
                condition=(
                    Q(customer_trust__isnull=True) | Q(customer_trust__range=(0, 1), customer_answers__gte=3)
                )
                & (Q(provider_trust__isnull=True) | Q(provider_trust__range=(0, 1), provider_answers__gte=3)),
                name="pulse_k_anonymous",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}"


class PulseParticipation(models.Model):
    """That a person has answered a pulse; what they answered stands elsewhere, without a name."""

    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pulse", "person"], name="pulse_answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.pulse_id} {self.person_id}"


class PulseAnswer(models.Model):
    """One answer of somebody of a side, from 1 to 7, tied to nobody: no person, no moment, a random key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(Relationship, models.CASCADE, related_name="+")
    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="answers")
    side = models.CharField(max_length=8, choices=Side.choices)
    trust = models.PositiveSmallIntegerField(help_text="How far they trust the other side: 1 to 7.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(trust__range=(1, 7)), name="pulse_answer_range")
        ]

    def __str__(self) -> str:
        return self.side


class AuditEntry(models.Model):
    """What the database saw change: written by triggers only, append-only, one hash chain per relationship."""

    chain = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    relationship_id = models.BigIntegerField(null=True)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    operation = models.CharField(max_length=1)
    person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_chain_sequence")
        ]
        indexes: ClassVar = [models.Index(fields=["table_name", "row_id"], name="audit_of_row")]

    def __str__(self) -> str:
        return f"{self.chain}#{self.seq}"


class AuditHead(models.Model):
    """The newest link of each chain."""

    chain = models.CharField(max_length=40, primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.chain
