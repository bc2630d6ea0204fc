"""What the API answers with: plain output serializers that never save."""

from typing import Any, ClassVar

from rest_framework import serializers

from kpis.models import BandRevision, Dispute, Goal, Kpi, Reading
from relationships.models import Agreement, Contract, Relationship, Side
from value.models import Score


class OrganisationOutput(serializers.Serializer[Any]):
    """An organisation by identifier and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class PersonOutput(serializers.Serializer[Any]):
    """The person of the session."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()


class SessionOutput(serializers.Serializer[Any]):
    """Who is signed in."""

    person = PersonOutput()
    organisation = OrganisationOutput(allow_null=True)
    csrf_token = serializers.CharField()


class RelationshipOutput(serializers.ModelSerializer[Relationship]):
    """A relationship and its two parties; `provider` or `customer` is null while an invitation is open."""

    customer = OrganisationOutput(allow_null=True)
    provider = OrganisationOutput(allow_null=True)

    class Meta:
        model = Relationship
        fields: ClassVar = [
            "id",
            "name",
            "service",
            "customer",
            "provider",
            "stage",
            "currency",
            "time_zone",
            "accepted_at",
            "version",
        ]


class ContractOutput(serializers.ModelSerializer[Contract]):
    """A node of a relationship's contract tree."""

    class Meta:
        model = Contract
        fields: ClassVar = [
            "id",
            "relationship",
            "parent",
            "kind",
            "title",
            "reference",
            "value",
            "currency",
            "signed_on",
            "starts_on",
            "ends_on",
            "notice_by_on",
            "accountable",
            "version",
        ]


class GoalOutput(serializers.ModelSerializer[Goal]):
    """A joint goal and what it is worth to each side."""

    class Meta:
        model = Goal
        fields: ClassVar = [
            "id",
            "relationship",
            "name",
            "outcome",
            "worth_to_customer",
            "worth_to_provider",
            "position",
            "version",
        ]


class KpiOutput(serializers.ModelSerializer[Kpi]):
    """A KPI's definition card."""

    class Meta:
        model = Kpi
        fields: ClassVar = [
            "id",
            "relationship",
            "goal",
            "reference",
            "name",
            "performed_by",
            "polarity",
            "unit",
            "decimals",
            "entry",
            "ratio_factor",
            "frequency",
            "contract_month_day",
            "starts_on",
            "ends_on",
            "due_days",
            "weight",
            "outcome",
            "standard",
            "how_measured",
            "source",
            "customer_owner",
            "provider_owner",
            "version",
        ]


class BandRevisionOutput(serializers.ModelSerializer[BandRevision]):
    """Thresholds from a date on; `agreed_at` is null while proposed."""

    class Meta:
        model = BandRevision
        fields: ClassVar = [
            "id",
            "relationship",
            "kpi",
            "agreement",
            "effective_from",
            "floor",
            "tolerance",
            "target",
            "upper_target",
            "upper_tolerance",
            "upper_floor",
            "agreed_at",
        ]


class TermOutput(serializers.Serializer[Any]):
    """One line of an agreement's terms."""

    label = serializers.CharField()  # type: ignore[assignment]  # the line's own name, not the field's
    before = serializers.CharField(required=False, allow_null=True)
    after = serializers.CharField(required=False, allow_null=True)


class AgreementOutput(serializers.ModelSerializer[Agreement]):
    """A two-key agreement with what its signatures name."""

    waits_for = serializers.ListField(child=serializers.ChoiceField(choices=Side.choices))
    content = TermOutput(many=True)

    class Meta:
        model = Agreement
        fields: ClassVar = [
            "id",
            "relationship",
            "kind",
            "title",
            "content",
            "digest",
            "version",
            "note",
            "proposed_by_side",
            "proposed_at",
            "expires_at",
            "customer_signed_by",
            "customer_signed_at",
            "provider_signed_by",
            "provider_signed_at",
            "outcome",
            "settled_at",
            "reason",
            "waits_for",
        ]


class ReadingOutput(serializers.ModelSerializer[Reading]):
    """A reading with its verdict (3 Good … 0 Inadequate), attainment in millionths and the band it was judged by."""

    class Meta:
        model = Reading
        fields: ClassVar = [
            "id",
            "relationship",
            "kpi",
            "period_start",
            "period_end",
            "value",
            "numerator",
            "denominator",
            "is_not_applicable",
            "note",
            "state",
            "verdict",
            "attainment",
            "band_revision",
            "submitted_at",
            "settled_at",
            "recorded_at",
            "version",
        ]


class ScoreOutput(serializers.ModelSerializer[Score]):
    """The shared value as of a date with its parts, terms and the digest of its inputs."""

    parts = serializers.JSONField()

    class Meta:
        model = Score
        fields: ClassVar = [
            "id",
            "relationship",
            "as_of",
            "state",
            "reason",
            "shared_value",
            "value_customer",
            "value_provider",
            "hidden_imbalance",
            "method_version",
            "parts",
            "input_digest",
            "computed_at",
        ]


class ProblemOutput(serializers.Serializer[Any]):
    """Why one row of a bulk write was not taken; rows are counted from 0."""

    row = serializers.IntegerField()
    field = serializers.CharField()
    message = serializers.CharField()


class BulkOutput(serializers.Serializer[Any]):
    """How many readings were taken, and what was wrong with the others."""

    accepted = serializers.IntegerField()
    problems = ProblemOutput(many=True)


class ConfirmedOutput(serializers.Serializer[Any]):
    """How many readings were confirmed."""

    confirmed = serializers.IntegerField()


class DisputeOutput(serializers.ModelSerializer[Dispute]):
    """One side's objection to one reading."""

    class Meta:
        model = Dispute
        fields: ClassVar = [
            "id",
            "relationship",
            "reading",
            "side",
            "reason",
            "claimed_value",
            "opened_by",
            "opened_at",
            "resolved_at",
            "resolution",
            "resolution_note",
        ]
