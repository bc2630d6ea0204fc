"""People, their organisations, invitations and the outbox that carries letters and notices to them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A legal entity that is a customer, a provider, or both, with its own working calendar and currency."""

    name = models.CharField(_("name"), max_length=200)
    is_customer = models.BooleanField(_("buys services"), default=True)
    is_provider = models.BooleanField(_("provides services"), default=False)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    holiday_country = models.CharField(_("public holidays of"), max_length=2, default="GB")
    holiday_subdivision = models.CharField(_("region"), max_length=8, blank=True, default="ENG")
    working_days = models.CharField(
        _("working days"), max_length=7, default="12345", help_text=_("1 is Monday, 7 is Sunday")
    )
    day_starts_at = models.TimeField(_("working day starts"), default="09:00")
    day_ends_at = models.TimeField(_("working day ends"), default="17:00")
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False)
    reference = models.CharField(_("identifier in public registers"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_customer=True) | Q(is_provider=True), name="organisation_buys_or_provides"
            ),
            models.CheckConstraint(
                condition=Q(working_days__regex=r"^[1-7]+$"), name="organisation_working_days_named"
            ),
            models.CheckConstraint(
                condition=Q(day_starts_at__lt=models.F("day_ends_at")),
                name="organisation_day_starts_before_end",
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="organisation_reference_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address whatever its letter case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A person with a hashed password (unusable when None)."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in with an e-mail address and belongs to at most one organisation."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("name"), max_length=150)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people"
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_organisation_admin = models.BooleanField(_("administers people"), default=False)
    is_executive = models.BooleanField(
        _("executive"), default=False, help_text=_("reads every relationship of the organisation")
    )
    last_visit_at = models.DateTimeField(null=True, blank=True)
    previous_visit_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]
    objects = PersonManager()

    class Meta:
        ordering = ("full_name", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_lower"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(is_organisation_admin=False, is_executive=False),
                name="person_rank_needs_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0].rstrip(",;")


class Invitation(models.Model):
    """A link by which somebody joins an organisation; only the hash of its secret is kept."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    is_organisation_admin = models.BooleanField(_("administers people"), default=False)
    is_executive = models.BooleanField(_("executive"), default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="invitation_accepted_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Notice(models.Model):
    """One line for one person: what happened, and where to look."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once_per_person_and_key")
        ]

    def __str__(self) -> str:
        return self.text


class Letter(models.Model):
    """An outgoing e-mail, written in the transaction of the change that causes it; a worker delivers it."""

    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="letter_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.subject
